"""Reading what the editor's script sent: anything may be in it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID

from django import forms

from billing_site.kernel.admin.forms import AmountField, in_cents
from billing_site.kernel.admin.sentences import explained, sentences_by_field
from billing_site.kernel.errors import BillingError, ValidationFailed

LONGEST_TEXT = 255
LARGEST_UNITS = Decimal("1e15")
# By the place of the field: ``{"charges.0.filters.1.values": ["…"]}``.
Faults = dict[str, list[str]]


class CardReader:
    """The fields of one card at ``path``; what cannot be read is a fault there, and empty for the rest of the way."""

    def __init__(self, given: Mapping[str, Any], path: str, faults: Faults) -> None:
        self.given, self.path, self.faults = given, path, faults

    def fault(self, field: str, *sentences: str) -> None:
        self.faults.setdefault(f"{self.path}.{field}", []).extend(sentences)

    @property
    def is_fine(self) -> bool:
        return not any(place.startswith(f"{self.path}.") for place in self.faults)

    def refuse(self, refusal: BillingError, field: str = "") -> None:
        """Puts the refusal of a rule at the fields that it names; one without fields at ``field``."""
        if not isinstance(refusal, ValidationFailed):
            self.fault(field, explained(refusal))
            return
        for name, sentences in sentences_by_field(refusal).items():
            self.fault(name, *sentences)

    def text(self, key: str) -> str:
        value = self.given.get(key)
        text = str(value).replace("\0", "").strip() if isinstance(value, str | int | float) else ""
        if len(text) > LONGEST_TEXT:
            self.fault(key, f"At most {LONGEST_TEXT} characters.")
        return text[:LONGEST_TEXT]

    def flag(self, key: str) -> bool:
        return self.given.get(key) is True

    def id(self, key: str) -> UUID | None:
        try:
            return UUID(self.text(key))
        except ValueError:
            return None

    def texts(self, key: str) -> list[str]:
        return [each for each in self._list(key) if isinstance(each, str)]

    def mapping(self, key: str) -> dict[str, Any]:
        value = self.given.get(key)
        return value if isinstance(value, dict) else {}

    def cards(self, key: str) -> "list[CardReader]":
        found = [each if isinstance(each, dict) else {} for each in self._list(key)]
        return [CardReader(each, f"{self.path}.{key}.{index}", self.faults) for index, each in enumerate(found)]

    def cents(self, key: str, currency: str) -> int:
        try:
            return in_cents(AmountField(required=False).clean(self.text(key)), currency)
        except forms.ValidationError as wrong:
            self.fault(key, *wrong.messages)
            return 0

    def units(self, key: str) -> Decimal:
        try:
            return forms.DecimalField(min_value=0, max_value=LARGEST_UNITS, required=False).clean(
                self.text(key)
            ) or Decimal(0)
        except forms.ValidationError:
            self.fault(key, "Write a number of zero or more.")
            return Decimal(0)

    def _list(self, key: str) -> Sequence[Any]:
        value = self.given.get(key)
        return value if isinstance(value, list) else []


class CodeField(TypedDict, total=False):
    code: str


def read_code(card: CardReader) -> CodeField:
    """A code that is left empty stays what it is, or is derived."""
    code = card.text("code")
    return {"code": code} if code else {}
