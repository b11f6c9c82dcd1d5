"""Dynamic prices."""

from decimal import Decimal

import pytest

from plans.rating import Usage, parse_properties
from tests.plans.rating.prices import amount, unit_amount

PRICE = parse_properties("dynamic", {})


def usage(units: str, cents: str, currency: str | None = "EUR") -> Usage:
    return Usage(Decimal(units), precise_total_amount_cents=Decimal(cents), currency=currency)


def test_the_events_carry_the_price() -> None:
    assert amount(PRICE, usage("20", "912.0")) == Decimal("9.12")
    assert unit_amount(PRICE, usage("20", "912.0")) == Decimal("0.456")


def test_cents_are_those_of_the_currency() -> None:
    assert amount(PRICE, usage("1", "912", "JPY")) == 912
    assert amount(PRICE, usage("1", "912", "KWD")) == Decimal("0.912")


def test_without_units_nothing_is_billed() -> None:
    assert amount(PRICE, usage("0", "40.2")) == 0


def test_an_unknown_currency_is_an_error() -> None:
    with pytest.raises(ValueError, match="currency"):
        amount(PRICE, usage("1", "1", None))
