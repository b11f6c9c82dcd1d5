"""What operators pick from lists that the world keeps, with readable names; the empty choice comes first."""

from functools import cache

from babel import Locale
from babel.numbers import get_currency_name

from billing_site.kernel.api.known_values import COUNTRIES, CURRENCIES, TIME_ZONES

Choices = list[tuple[str, str]]

# What a newcomer looks for first.
COMMON_CURRENCIES = ("USD", "EUR", "GBP")
DOCUMENT_LOCALES = ("de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt-BR", "sv")


def with_empty(choices: Choices, label: str) -> Choices:
    return [("", label), *choices]


@cache
def currencies() -> Choices:
    codes = [*COMMON_CURRENCIES, *sorted(CURRENCIES - set(COMMON_CURRENCIES))]
    return [(code, f"{code} – {get_currency_name(code, locale='en')}") for code in codes]


@cache
def countries() -> Choices:
    names = Locale("en").territories
    return sorted(((code, names.get(code, code)) for code in COUNTRIES), key=lambda choice: choice[1])


@cache
def time_zones() -> Choices:
    return [(name, name.replace("_", " ")) for name in sorted(TIME_ZONES)]


@cache
def document_locales() -> Choices:
    return [(code, Locale.parse(code.replace("-", "_")).get_display_name("en") or code) for code in DOCUMENT_LOCALES]
