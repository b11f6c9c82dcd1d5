"""Metadata as a map of the user's own keys to texts (P12): on wallets, plans and credit notes."""

from collections.abc import Mapping

from billing_site.kernel.errors import ValidationFailed

KeyValues = Mapping[str, str | None]

MOST_KEYS = 50
LONGEST_KEY = 100
LONGEST_VALUE = 255


def checked_key_values(values: KeyValues) -> dict[str, str | None]:
    """``values`` as they are stored. Raises ``ValidationFailed`` beyond 50 keys, or for one that is too long."""
    if len(values) > MOST_KEYS:
        raise ValidationFailed(metadata=["invalid_count"])
    if any(not 0 < len(key) <= LONGEST_KEY or len(value or "") > LONGEST_VALUE for key, value in values.items()):
        raise ValidationFailed(metadata=["value_is_too_long"])
    return dict(values)


def merged_key_values(stored: KeyValues, given: KeyValues) -> dict[str, str | None]:
    """``stored`` with ``given`` added; a key that was there gets its new value."""
    return checked_key_values({**stored, **given})


def without_key(stored: KeyValues, key: str) -> dict[str, str | None]:
    return {name: value for name, value in stored.items() if name != key}
