"""Lists that the world keeps: currencies, countries, languages and time zones (CLDR through babel, tzdata)."""

from zoneinfo import available_timezones

from babel.core import Locale, get_global
from babel.localedata import locale_identifiers

# A currency that was replaced lately may still be on invoices.
IN_USE_SINCE = (2015, 1, 1)
# "X" codes are metals, funds and tests, but for the currencies of these unions.
UNIONS = frozenset({"XAF", "XCD", "XCG", "XOF", "XPF"})
# Groups, private use and reserved codes of parts of countries; Kosovo's XK stays.
NOT_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "IC", "TA", "EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
NOT_TIME_ZONES = {"Factory", "localtime"}


def currencies_in_use() -> frozenset[str]:
    periods = (period for territory in get_global("territory_currencies").values() for period in territory)
    return frozenset(
        code
        for code, _, end, _ in periods
        if (end is None or tuple(end) >= IN_USE_SINCE) and (not code.startswith("X") or code in UNIONS)
    )


def countries() -> frozenset[str]:
    codes = map(str, Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - NOT_COUNTRIES


def languages() -> frozenset[str]:
    """ISO 639-1 codes, and locales such as ``pt-BR``."""
    plain = frozenset(code for code in map(str, Locale("en").languages) if len(code) == 2)
    return plain | frozenset(identifier.replace("_", "-") for identifier in locale_identifiers())


CURRENCIES = currencies_in_use()
COUNTRIES = countries()
LANGUAGES = languages()
TIME_ZONES = frozenset(available_timezones()) - NOT_TIME_ZONES
