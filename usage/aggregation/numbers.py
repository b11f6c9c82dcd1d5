"""Event properties as numbers and as texts."""

import json
import math
import re
from decimal import Decimal

ZERO = Decimal(0)

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
# Times a price of the longest accepted form this still fits the precision of exact arithmetic.
_MAX_WHOLE_DIGITS = 20
_MAX_FRACTION_DIGITS = 40


def parse_number(value: object) -> Decimal | None:
    """The exact number that a property holds, or None, which aggregations skip (3-G2).

    Text must look like ``-12.5``: ``1e3``, ``.5``, ``+1`` and blanks are no numbers, nor are booleans or anything with
    more than 20 digits before the point or 40 after it. A JSON parser's float counts as its shortest text.
    """
    if isinstance(value, str):
        number = Decimal(value) if _NUMBER.fullmatch(value) else None
    elif isinstance(value, float):
        number = Decimal(repr(value)) if math.isfinite(value) else None
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        number = Decimal(value)
    else:
        number = None
    return number if number is not None and _fits(number) else None


def property_text(value: object) -> str | None:
    """A property as the text by which values are told apart, in filters, groups and unique counts (3-G16)."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _fits(number: Decimal) -> bool:
    if not number.is_finite():
        return False
    return number.adjusted() < _MAX_WHOLE_DIGITS and -int(number.as_tuple().exponent) <= _MAX_FRACTION_DIGITS
