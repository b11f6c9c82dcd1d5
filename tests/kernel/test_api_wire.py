"""Values as they look on the wire (reference: protocol, 4.4)."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_site.kernel.api.wire import civil_date, decimal_string, instant, instant_ms, rate

NOON_IN_PARIS = datetime(2026, 8, 1, 12, 0, 0, 123999, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("10", "10.0"),
        ("1E+1", "10.0"),
        ("0.500", "0.5"),
        ("0", "0.0"),
        ("-0", "0.0"),
        ("-1.50", "-1.5"),
        ("0.0000025", "0.0000025"),
        ("1E-15", "0.000000000000001"),
        ("12345678901234567890", "12345678901234567890.0"),
    ],
)
def test_a_decimal_always_keeps_a_decimal_part(number, shown):
    assert decimal_string(Decimal(number)) == shown


@given(st.decimals(allow_nan=False, allow_infinity=False, places=15, min_value=-(10**20), max_value=10**20))
def test_nothing_of_a_decimal_is_lost(number):
    shown = decimal_string(number) or ""
    assert Decimal(shown) == number
    assert "." in shown
    assert "E" not in shown


def test_instants_are_utc_to_the_second_or_to_the_millisecond():
    assert instant(NOON_IN_PARIS) == "2026-08-01T10:00:00Z"
    assert instant_ms(NOON_IN_PARIS) == "2026-08-01T10:00:00.123Z"


def test_dates_and_rates():
    assert civil_date(date(2026, 8, 1)) == "2026-08-01"
    assert rate(Decimal("19.60000")) == 19.6


def test_nothing_is_null():
    assert [show(None) for show in (instant, instant_ms, civil_date, decimal_string, rate)] == [None] * 5
