"""Standard prices, and what holds for every price."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from plans.rating import NOTHING, Usage, parse_properties, rate
from tests.plans.rating.prices import amount, of, unit_amount

EIGHT_CENTS = parse_properties("standard", {"amount": "0.08"})


def test_every_unit_costs_the_same() -> None:
    assert amount(EIGHT_CENTS, of("100")) == 8  # 100 × 0.08
    assert unit_amount(EIGHT_CENTS, of("100")) == Decimal("0.08")


def test_nothing_is_rounded_before_the_fee_is() -> None:
    assert amount(parse_properties("standard", {"amount": "0.005"}), of("1")) == Decimal("0.005")


def test_long_numbers_are_multiplied_exactly() -> None:
    price, units = "0.1234567890123456789012345", "12345678901234567890.123456789012345678901234567890"
    with localcontext(prec=5):  # the caller's precision does not matter
        product = amount(parse_properties("standard", {"amount": price}), of(units))
    assert Fraction(product) == Fraction(price) * Fraction(units)


def test_no_units_cost_nothing_and_have_no_unit_amount() -> None:
    assert (amount(EIGHT_CENTS, of("0")), unit_amount(EIGHT_CENTS, of("0"))) == (0, 0)


def test_negative_units_bill_nothing() -> None:
    assert rate(EIGHT_CENTS, of("-3")) == NOTHING


def test_prorated_units_are_priced_and_full_units_divide() -> None:
    # 2 seats for half a month at 0.08: 0.08, which is 0.04 a seat
    usage = Usage(Decimal(1), full_units=Decimal(2))
    assert (amount(EIGHT_CENTS, usage), unit_amount(EIGHT_CENTS, usage)) == (Decimal("0.08"), Decimal("0.04"))


def test_prorated_units_are_priced_even_when_none_is_left_at_the_end() -> None:
    usage = Usage(Decimal("0.09678"), full_units=Decimal(0))
    assert (amount(EIGHT_CENTS, usage), unit_amount(EIGHT_CENTS, usage)) == (Decimal("0.0077424"), 0)


def test_floats_are_no_units() -> None:
    with pytest.raises(TypeError):
        Usage(0.5)
