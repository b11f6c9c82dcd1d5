"""Volume prices."""

from decimal import Decimal

import pytest

from plans.rating import Usage
from tests.plans.rating.prices import amount, details, of, tier, unit_amount, volume

PRICE = volume(tier(0, 100, "2", "10"), tier(101, 200, "1"), tier(201, None, "0.5", "50"))


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ("0", "10"),  # the first flat amount
        ("100", "210"),  # 100 × 2 + 10
        ("100.5", "100.5"),  # ceil(100.5) = 101: the second tier
        ("101", "101"),
        ("200", "200"),
        ("300", "200"),  # 300 × 0.5 + 50
    ],
)
def test_one_tier_prices_every_unit(units: str, expected: str) -> None:
    assert amount(PRICE, of(units)) == Decimal(expected)


def test_a_bound_that_two_tiers_share_belongs_to_the_lower_one() -> None:
    touching = volume(tier(0, 10, "2"), tier(10, None, "1"))
    assert amount(touching, of("10")) == 20
    assert amount(touching, of("10.1")) == Decimal("10.1")


def test_whole_units_choose_the_tier_and_prorated_ones_are_priced() -> None:
    usage = Usage(Decimal(50), full_units=Decimal(150))
    assert amount(PRICE, usage) == 50
    assert unit_amount(PRICE, usage) == Decimal("0.333333333333333")  # 50 / 150


def test_details_name_the_tier() -> None:
    assert details(PRICE, of("300")) == {
        "flat_unit_amount": "50.0",
        "per_unit_amount": "0.5",
        "per_unit_total_amount": "150.0",
    }
