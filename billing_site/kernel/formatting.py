"""Money, numbers and dates as a reader of a locale expects them (babel's CLDR data).

Values are rounded half away from zero *before* babel sees them: babel itself rounds half-even. The digits
of a currency are ``kernel.money.exponent``, not CLDR's (which shows IQD without its three digits).
A locale that babel does not know is written as English. Results carry no-break spaces where the locale has them.
babel takes some 15 µs for a number: what repeats from invoice to invoice (prices, rates, dates) is remembered.
"""

from copy import copy
from datetime import date
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date as babel_format_date
from babel.dates import format_interval
from babel.numbers import NumberPattern, get_currency_symbol

from billing_site.kernel.money import PRECISION, exponent, round_half_up, to_units

FALLBACK_LOCALE = "en"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

UNITS_PLACES = 6
# A language model's token costs $0.0000025; beyond ten digits a price is noise.
UNIT_AMOUNT_PLACES = 10
RATE_PLACES = 4


@lru_cache(maxsize=256)
def locale_named(locale: str) -> Locale:
    """``"fr"``, ``"pt-BR"`` or ``"pt_BR"`` as babel's locale; English when unknown."""
    try:
        return Locale.parse(locale.strip().replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        return Locale.parse(FALLBACK_LOCALE)


def format_money(amount_cents: int, currency: str, locale: str) -> str:
    """Cents of ``currency``, with its symbol: ``format_money(123456, "EUR", "de") == "1.234,56 €"``."""
    digits = exponent(currency)
    pattern = _money_pattern(locale, currency, digits, digits)
    return _applied(pattern, to_units(amount_cents, currency), locale)


@lru_cache(maxsize=4096)
def format_unit_amount(unit_amount: Decimal, currency: str, locale: str) -> str:
    """A price of one unit, in currency units: at least the currency's digits, at most ten after the point.

    ``format_unit_amount(Decimal("0.0025"), "USD", "en") == "$0.0025"``; ``Decimal(2)`` is ``"$2.00"``.
    """
    pattern = _money_pattern(locale, currency, exponent(currency), UNIT_AMOUNT_PLACES)
    return _applied(pattern, round_half_up(unit_amount, UNIT_AMOUNT_PLACES), locale)


def format_units(units: Decimal, locale: str) -> str:
    """A quantity, grouped, at most six digits after the point and no trailing zeros: ``"1,234.5"``."""
    pattern = _pattern(locale_named(locale).decimal_formats[None], 0, UNITS_PLACES)
    return _applied(pattern, round_half_up(units, UNITS_PLACES), locale)


@lru_cache(maxsize=4096)
def format_rate(rate_percent: Decimal, locale: str) -> str:
    """A rate in percent: ``format_rate(Decimal("19.00"), "de") == "19 %"``; at most four digits after the point."""
    pattern = _pattern(locale_named(locale).percent_formats[None], 0, RATE_PLACES)
    # The pattern multiplies by 100 itself.
    return _applied(pattern, round_half_up(rate_percent, RATE_PLACES).scaleb(-2), locale)


@lru_cache(maxsize=4096)
def format_date(day: date, locale: str, style: Literal["short", "medium", "long"] = "long") -> str:
    """A civil date: ``"January 31, 2024"``, in German ``"31. Januar 2024"``."""
    return babel_format_date(day, style, locale_named(locale))


@lru_cache(maxsize=4096)
def format_period(from_date: date, to_date: date, locale: str) -> str:
    """Two civil dates, both included, without repeating what they share: ``"Jan 1 – 31, 2024"``."""
    return format_interval(from_date, to_date, "yMMMd", locale=locale_named(locale))


def _applied(pattern: NumberPattern, value: Decimal, locale: str) -> str:
    # The usual 28 digits make babel refuse a larger number.
    with localcontext(prec=PRECISION):
        return pattern.apply(value, locale_named(locale))


@lru_cache(maxsize=1024)
def _money_pattern(locale: str, currency: str, least_digits: int, most_digits: int) -> NumberPattern:
    # The symbol is written into the pattern once: looking it up is a third of babel's work for one amount.
    found = locale_named(locale)
    symbol = get_currency_symbol(currency, found)
    pattern = copy(_pattern(found.currency_formats["standard"], least_digits, most_digits))
    positive, negative = (_spaced(prefix, symbol).replace("¤", symbol) for prefix in pattern.prefix)
    pattern.prefix = (positive, negative)
    pattern.suffix = (pattern.suffix[0].replace("¤", symbol), pattern.suffix[1].replace("¤", symbol))
    return pattern


def _spaced(prefix: str, symbol: str) -> str:
    # CLDR's currency spacing, which babel leaves out: "KWD 1.000" beside "$1.00".
    return f"{prefix}{NO_BREAK_SPACE}" if prefix.endswith("¤") and symbol[-1:].isalpha() else prefix


@lru_cache(maxsize=512)
def _pattern(of: NumberPattern, least_digits: int, most_digits: int) -> NumberPattern:
    pattern = copy(of)
    pattern.frac_prec = (least_digits, most_digits)
    return pattern
