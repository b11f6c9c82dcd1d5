from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_site.kernel.formatting import (
    format_date,
    format_money,
    format_period,
    format_rate,
    format_unit_amount,
    format_units,
)
from billing_site.kernel.money import exponent

NBSP = "\N{NO-BREAK SPACE}"
NARROW = "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("amount_cents", "currency", "locale", "shown"),
    [
        (123456, "USD", "en", "$1,234.56"),
        (123456, "EUR", "de", f"1.234,56{NBSP}€"),
        (123456, "EUR", "fr", f"1{NARROW}234,56{NBSP}€"),
        (123456, "EUR", "nl", f"€{NBSP}1.234,56"),
        (123456, "BRL", "pt-BR", f"R${NBSP}1.234,56"),
        (-2000, "EUR", "en", "-€20.00"),
    ],
)
def test_money_is_written_as_its_locale_writes_it(amount_cents, currency, locale, shown):
    assert format_money(amount_cents, currency, locale) == shown


@pytest.mark.parametrize(
    ("currency", "shown"),
    [("JPY", "¥123,456"), ("KWD", f"KWD{NBSP}123.456"), ("IQD", f"IQD{NBSP}123.456"), ("CLF", f"CLF{NBSP}12.3456")],
)
def test_money_has_the_digits_of_its_currency_and_not_those_of_cldr(currency, shown):
    assert format_money(123456, currency, "en") == shown


def test_a_unit_amount_keeps_the_currencys_digits_and_adds_only_those_it_needs():
    assert format_unit_amount(Decimal("2"), "USD", "en") == "$2.00"
    assert format_unit_amount(Decimal("0.0000025"), "USD", "en") == "$0.0000025"
    assert format_unit_amount(Decimal("2"), "JPY", "en") == "¥2"


def test_halves_are_rounded_away_from_zero_and_not_to_even():
    assert format_units(Decimal("0.0000005"), "en") == "0.000001"
    assert format_unit_amount(Decimal("0.00000000005"), "USD", "en") == "$0.0000000001"
    assert format_rate(Decimal("5.00005"), "en") == "5.0001%"


def test_units_are_grouped_and_lose_trailing_zeros():
    assert format_units(Decimal("1234567.500"), "en") == "1,234,567.5"
    assert format_units(Decimal("1E+3"), "de") == "1.000"


def test_a_rate_is_a_percentage():
    assert format_rate(Decimal("19.00"), "de") == f"19{NBSP}%"
    assert format_rate(Decimal("5.5"), "en") == "5.5%"


def test_a_period_does_not_repeat_what_its_dates_share():
    assert "2024" not in format_period(date(2024, 1, 1), date(2024, 1, 31), "de").removesuffix("2024")
    assert format_date(date(2024, 1, 31), "de") == "31. Januar 2024"


@pytest.mark.parametrize("locale", ["", "xx", "tlh", "not a locale", "de_XX_YY_ZZ"])
def test_an_unknown_locale_is_written_as_english(locale):
    assert format_money(100, "USD", locale) == "$1.00"


@given(
    st.integers(-(10**40), 10**40),
    st.sampled_from(["USD", "JPY", "KWD", "CLF", "EUR"]),
    st.sampled_from(["en", "de", "fr", "pt"]),
)
def test_no_digit_of_an_amount_is_lost(amount_cents, currency, locale):
    digits = "".join(filter(str.isdigit, format_money(amount_cents, currency, locale)))
    assert digits == str(abs(amount_cents)).zfill(exponent(currency) + 1)
