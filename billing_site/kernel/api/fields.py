"""The types of input fields. Each refuses with Lago's code; what passes can be stored."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from math import isfinite
from typing import Any

from rest_framework import serializers

from billing_site.kernel.api import known_values
from billing_site.kernel.api.inputs import INVALID, InputField

WHOLE_NUMBER = re.compile(r"-?[0-9]{1,30}")
PLAIN_DECIMAL = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")
LARGEST_INTEGER = 2**31 - 1
LARGEST_BIGINT = 2**63 - 1
# Beyond these, moving an instant to a time zone leaves Python's calendar.
YEARS = range(1900, 3000)
DEEPEST_JSON = 50


class Text(InputField, serializers.CharField):
    cleared_to = ""

    def __init__(self, *, max_length: int | None = 255, trim: bool = False, **options: Any) -> None:
        required = options.get("required", False)
        required = required or options.get("identifies", False)
        options = {"allow_blank": not required, "allow_null": not required, **options}
        super().__init__(max_length=max_length, trim_whitespace=trim, **options)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if not storable(text):
            self.fail("invalid")
        if not self.allow_blank and not text.strip():
            self.fail("blank")
        return text


class Code(Text):
    """A key that the user chose: mandatory where it is not an ``identifies``."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": True, **options})


class KnownText(Text):
    """Text out of a list that others keep; empty where it is optional."""

    known: frozenset[str]
    refusal = INVALID

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": None, "error_messages": {"invalid": self.refusal}, **options})

    def to_internal_value(self, data: Any) -> str:
        text = self.normalized(super().to_internal_value(data))
        if text and text not in self.known:
            self.fail("invalid")
        return text

    def normalized(self, text: str) -> str:
        return text


class Currency(KnownText):
    known = known_values.CURRENCIES


class Country(KnownText):
    known = known_values.COUNTRIES
    refusal = "not_a_valid_country_code"

    def normalized(self, text: str) -> str:
        return text.upper()


class Language(KnownText):
    known = known_values.LANGUAGES
    refusal = "not_a_valid_language_code"


class TimeZone(KnownText):
    known = known_values.TIME_ZONES
    refusal = "invalid_timezone"


class Whole(InputField, serializers.IntegerField):
    """A whole number, as a JSON integer or its digits; never a boolean, a fraction or ``"1e3"``."""

    def __init__(self, *, min_value: int | None = None, max_value: int = LARGEST_INTEGER, **options: Any) -> None:
        lowest = -max_value if min_value is None else min_value
        super().__init__(min_value=lowest, max_value=max_value, **options)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, str) and WHOLE_NUMBER.fullmatch(data):
            return int(data)
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return data


class Cents(Whole):
    """An amount in the smallest unit of its currency."""

    def __init__(self, *, min_value: int = 0, **options: Any) -> None:
        super().__init__(min_value=min_value, **{"max_value": LARGEST_BIGINT, **options})


class Number(InputField, serializers.DecimalField):
    """A decimal, from a JSON number or a plain string; a float counts as what is written, not as its binary value."""

    def __init__(self, *, max_digits: int = 30, decimal_places: int = 15, **options: Any) -> None:
        super().__init__(max_digits=max_digits, decimal_places=decimal_places, **options)

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, int | float | str | Decimal):
            self.fail("invalid")
        if isinstance(data, str) and not PLAIN_DECIMAL.fullmatch(data):
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(InputField, serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool) and data not in ("true", "false"):
            self.fail("invalid")
        return data in (True, "true")


class Choice(InputField, serializers.ChoiceField):
    def __init__(self, choices: type[Enum] | Iterable[str], **options: Any) -> None:
        values = [member.value if isinstance(member, Enum) else member for member in choices]
        super().__init__(values, **options)


class Instant(InputField, serializers.DateTimeField):
    """ISO 8601; without an offset it is UTC, and a bare date is its first instant."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"error_messages": {"invalid": "invalid_date"}, **options})

    def to_internal_value(self, value: Any) -> datetime:
        try:
            given = datetime.fromisoformat(value)
            at = given if given.tzinfo else given.replace(tzinfo=UTC)
            at = at.astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            self.fail("invalid")
        if at.year not in YEARS:
            self.fail("invalid")
        return at


class Day(InputField, serializers.DateField):
    """A civil date; of an instant the date part."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"error_messages": {"invalid": "invalid_date"}, **options})

    def to_internal_value(self, value: Any) -> date:
        try:
            day = datetime.fromisoformat(value).date()
        except (ValueError, TypeError):
            self.fail("invalid")
        if day.year not in YEARS:
            self.fail("invalid")
        return day


class ListOf(InputField, serializers.ListField):
    """``ListOf(Code())`` or ``ListOf(ChargeInput())``; cleared it is empty."""

    def __init__(self, child: serializers.Field, *, max_items: int | None = None, **options: Any) -> None:
        codes = {"max_length": "invalid_count", **options.pop("error_messages", {})}
        super().__init__(child=child, max_length=max_items, error_messages=codes, **{"cleared_to": [], **options})


class FreeObject(InputField, serializers.JSONField):
    """A JSON object whose keys are the user's (charge properties, metadata)."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict) or not storable_json(data):
            self.fail("invalid")
        return data


def storable(text: str) -> bool:
    """PostgreSQL holds neither NUL nor half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def storable_json(value: Any, levels: int = DEEPEST_JSON) -> bool:
    """Whether jsonb can hold it; a number too large for a float has become infinite while parsing."""
    match value:
        case str():
            return storable(value)
        case float():
            return isfinite(value)
        case dict():
            return levels > 0 and all(
                storable(key) and storable_json(inner, levels - 1) for key, inner in value.items()
            )
        case list():
            return levels > 0 and all(storable_json(inner, levels - 1) for inner in value)
    return True
