"""Graduated prices."""

from decimal import Decimal

import pytest

from tests.plans.rating.prices import amount, details, graduated, of, tier

CLASSIC = graduated(tier(0, 10, "10", "2"), tier(11, 20, "5", "3"), tier(21, None, "1", "4"))
ADJACENT = graduated(tier(0, "0.1", "10"), tier(0.1, 1, "5"), tier(1, None, "2"))


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ("0", "2"),  # the first flat amount is due without usage
        ("1", "12"),  # 2 + 10
        ("10", "102"),  # 2 + 100: the second tier is not reached
        ("10.5", "107.5"),  # 2 + 100 + 3 + 0.5 × 5
        ("11", "110"),  # 2 + 100 + 3 + 5
        ("20", "155"),  # 2 + 100 + 3 + 50
        ("21", "160"),  # ... + 4 + 1
    ],
)
def test_each_tier_prices_its_units_and_adds_its_flat_amount(units: str, expected: str) -> None:
    assert amount(CLASSIC, of(units)) == Decimal(expected)


@pytest.mark.parametrize(("units", "expected"), [("0.1", "1"), ("1", "5.5"), ("1.5", "6.5")])
def test_adjacent_tiers_hold_the_difference_of_their_bounds(units: str, expected: str) -> None:
    # 0.1 × 10 + 0.9 × 5 + 0.5 × 2
    assert amount(ADJACENT, of(units)) == Decimal(expected)


def test_tiers_are_adjacent_only_if_all_are() -> None:
    # The middle tier counts 5 - 2 + 1 = 4 units the classic way, though it touches the first one.
    mixed = graduated(tier(0, 2, "1"), tier(2, 5, "10"), tier(6, None, "100"))
    assert amount(mixed, of("5")) == 2 + 40


def test_details_list_the_tiers_that_were_reached() -> None:
    assert details(CLASSIC, of("10.5")) == {
        "graduated_ranges": [
            {
                "units": "10.0",
                "from_value": 0,
                "to_value": 10,
                "flat_unit_amount": "2.0",
                "per_unit_amount": "10.0",
                "per_unit_total_amount": "100.0",
                "total_with_flat_amount": "102.0",
            },
            {
                "units": "0.5",
                "from_value": 11,
                "to_value": 20,
                "flat_unit_amount": "3.0",
                "per_unit_amount": "5.0",
                "per_unit_total_amount": "2.5",
                "total_with_flat_amount": "5.5",
            },
        ]
    }
