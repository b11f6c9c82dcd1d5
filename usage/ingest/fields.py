"""The fields of an event: each reads what was sent, or refuses it with Lago's code."""

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from billing_site.kernel.money import EXACT
from usage.aggregation import parse_number
from usage.models import to_microseconds

ABSENT = msgspec.Raw(b"null")
LONGEST_TEXT = 255
LONGEST_SCALAR = 100
LONGEST_USUAL_TIME = 20
# Moving a later instant to a time zone would leave Python's calendar; 1.7e12 is a timestamp in milliseconds.
END_OF_TIME = to_microseconds(datetime(3000, 1, 1, tzinfo=UTC))
# jsonb holds numbers of 131,072 digits; nobody counts in them.
MOST_DIGITS = 1_000

_UNIX_TIME = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?")
_exactly = msgspec.json.Decoder(float_hook=Decimal)


class Refused(ValueError):
    """One field's refusal; its argument is the code."""


class Nonsense:
    """Stands for a value whose JSON type the field cannot have."""


NONSENSE = Nonsense()
GivenText = str | int | Nonsense | None


def mandatory_text(given: GivenText) -> str:
    if isinstance(given, str) and 0 < len(given) <= LONGEST_TEXT and "\0" not in given and not given.isspace():
        return given
    text = optional_text(given)
    if not text or text.isspace():
        raise Refused("value_is_mandatory")
    return text


def optional_text(given: GivenText) -> str:
    if given is None:
        return ""
    if isinstance(given, Nonsense):
        raise Refused("value_is_invalid")
    text = given if isinstance(given, str) else str(given)
    if len(text) > LONGEST_TEXT:
        raise Refused("value_is_too_long")
    if "\0" in text:
        raise Refused("value_is_invalid")
    return text


def timestamp(raw: msgspec.Raw, now: int) -> int:
    """Microseconds since 1970 of Unix seconds (number or text, decimals allowed) or ISO 8601; null is ``now`` (V5)."""
    given = bytes(raw)
    # Unix seconds with decimals, as nearly everybody sends them. No text of digits alone is anything else.
    seconds, _, fraction = given.partition(b".")
    if len(given) <= LONGEST_USUAL_TIME and seconds.isdigit() and (fraction or b"0").isdigit():
        at = int(seconds + fraction[:6].ljust(6, b"0"))
    else:
        value = _scalar(given, "invalid_format")
        at = now if value in (None, "") else _instant(value)
    if not 0 <= at < END_OF_TIME:
        raise Refused("value_is_out_of_range")
    return at


def precise_amount(raw: msgspec.Raw) -> str | None:
    """The decimal text of an amount in cents, exactly; null is none."""
    if raw is ABSENT or bytes(raw) == b"null":
        return None
    value = _scalar(bytes(raw), "value_is_invalid")
    if value is None or value == "":
        return None
    number = parse_number(value)
    if number is None:
        raise Refused("value_is_invalid")
    return f"{number:f}"


def properties(raw: msgspec.Raw) -> bytes:
    """A JSON object, as sent; null is an empty one."""
    given = bytes(raw)
    if given == b"null":
        return b"{}"
    if not given.startswith(b"{"):
        raise Refused("value_is_invalid")
    if b"\\u" in given and not is_storable(given):
        raise Refused("value_is_invalid")
    return given


def json_object(given: bytes) -> dict[str, object]:
    """``properties`` as Python's values, numbers exact."""
    try:
        return dict(_exactly.decode(given))
    except (msgspec.MsgspecError, InvalidOperation, RecursionError) as unreadable:
        raise Refused("value_is_invalid") from unreadable


def is_storable(given: bytes) -> bool:
    """Whether ``jsonb`` can hold it: neither NUL in a text nor a number beyond all bounds."""
    try:
        waiting: list[Any] = [_exactly.decode(given)]
    except (msgspec.MsgspecError, InvalidOperation, RecursionError):
        return False
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif not _fits_jsonb(value):
            return False
    return True


def _fits_jsonb(value: object) -> bool:
    if isinstance(value, str):
        return "\0" not in value
    return not isinstance(value, Decimal) or abs(value.adjusted()) <= MOST_DIGITS


def _scalar(given: bytes, refusal: str) -> str | Decimal | int | None:
    if len(given) > LONGEST_SCALAR:
        raise Refused(refusal)
    try:
        value = _exactly.decode(given)
    except (msgspec.MsgspecError, InvalidOperation) as unreadable:
        raise Refused(refusal) from unreadable
    if value is not None and (isinstance(value, bool) or not isinstance(value, str | Decimal | int)):
        raise Refused(refusal)
    return value.strip() if isinstance(value, str) else value


def _instant(value: str | Decimal | int) -> int:
    if isinstance(value, str) and not _UNIX_TIME.fullmatch(value):
        return _iso_instant(value)
    seconds = Decimal(value)
    if not 0 <= seconds < END_OF_TIME:
        raise Refused("value_is_out_of_range")
    return int(seconds.scaleb(6, EXACT))


def _iso_instant(text: str) -> int:
    try:
        at = datetime.fromisoformat(text)
        return to_microseconds(at if at.tzinfo else at.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as unreadable:
        raise Refused("invalid_format") from unreadable
