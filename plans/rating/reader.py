"""Reading the JSON of a price: numbers into ``Decimal`` through their text, refusals as Lago's codes."""

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

from billing_site.kernel.errors import ValidationFailed
from plans.rating.exact import ZERO

T = TypeVar("T")

_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
# Times a usage value of the longest accepted form this still fits the precision of exact arithmetic.
_MAX_WHOLE_DIGITS = 15
_MAX_FRACTION_DIGITS = 25


class Reader:
    """Fields of one JSON object. A bad field is noted and read as zero, so that one refusal names all of them."""

    def __init__(self, fields: Mapping[str, Any], codes: list[str] | None = None) -> None:
        self._fields = fields
        self.codes: list[str] = [] if codes is None else codes

    def refused(self, code: str, placeholder: T) -> T:
        if code not in self.codes:
            self.codes.append(code)
        return placeholder

    def refuse(self) -> None:
        if self.codes:
            raise ValidationFailed(properties=self.codes)

    def decimal(self, key: str, code: str) -> Decimal:
        number = decimal_of(self._fields.get(key))
        return self.refused(code, ZERO) if number is None else number

    def optional_decimal(self, key: str, code: str) -> Decimal | None:
        return None if self._fields.get(key) is None else self.decimal(key, code)

    def integer(self, key: str, code: str) -> int:
        number = self.decimal(key, code)
        return int(number) if number == number.to_integral_value() else self.refused(code, 0)

    def optional_integer(self, key: str, code: str) -> int | None:
        return None if self._fields.get(key) is None else self.integer(key, code)

    def items(self, key: str) -> list[Any]:
        """The list under ``key``; a single text stands for a list of one."""
        value = self._fields.get(key)
        if value is None:
            return []
        if isinstance(value, str):
            return [value]
        return value if isinstance(value, list) else self.refused("invalid_type", [])

    def rows(self, key: str, *, missing: str, invalid: str) -> "list[Reader]":
        """The objects in the list under ``key``."""
        value = self._fields.get(key)
        if not value:
            return self.refused(missing, [])
        if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
            return self.refused(invalid, [])
        return [Reader(row, self.codes) for row in value]


def decimal_of(value: object) -> Decimal | None:
    """An exact number from a JSON number or from text like ``"12.5"``; None for anything else.

    No exponents in text, no blanks, no booleans, at most 15 digits before the point and 25 after it.
    """
    if isinstance(value, float):
        # A JSON parser's float: its shortest text is what was written.
        number = Decimal(repr(value)) if math.isfinite(value) else None
    elif isinstance(value, str):
        number = Decimal(value) if _PLAIN.fullmatch(value) else None
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        number = Decimal(value)
    else:
        number = None
    return number if number is not None and _fits(number) else None


def _fits(number: Decimal) -> bool:
    if not number.is_finite():
        return False
    fraction_digits = -int(number.as_tuple().exponent)
    return number.adjusted() < _MAX_WHOLE_DIGITS and fraction_digits <= _MAX_FRACTION_DIGITS


def text_of(number: Decimal) -> str:
    """The amount as it was written: ``"0.10"`` stays ``"0.10"``."""
    return format(number, "f")
