"""Graduated percentage prices."""

from decimal import Decimal
from functools import partial

import pytest

from tests.plans.rating.prices import amount, details, graduated_percentage, of, tier

share = partial(tier, key="rate")
PRICE = graduated_percentage(share(0, 10, "1", "200"), share(11, 20, "2", "300"), share(21, None, "3", "400"))


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ("0", "200"),  # the first flat amount is due without usage
        ("1", "200.01"),
        ("10", "200.1"),
        ("10.5", "500.11"),  # 200 + 0.10 + 300 + 0.5 × 2 %
        ("11", "500.12"),
        ("30", "900.6"),  # 200.10 + 300.20 + 400 + 10 × 3 %
    ],
)
def test_each_tier_takes_its_rate_and_adds_its_flat_amount(units: str, expected: str) -> None:
    assert amount(PRICE, of(units)) == Decimal(expected)


def test_bounds_that_touch_are_counted_the_classic_way() -> None:
    # 5 % of 10 and 10 % of 20 - 10 + 1
    assert amount(graduated_percentage(share(0, 10, "5"), share(10, None, "10")), of("20")) == Decimal("1.6")


def test_details_show_the_rate_of_each_tier() -> None:
    assert details(PRICE, of("1")) == {
        "graduated_percentage_ranges": [
            {
                "units": "1.0",
                "from_value": 0,
                "to_value": 10,
                "flat_unit_amount": "200.0",
                "rate": "1.0",
                "per_unit_total_amount": "0.01",
                "total_with_flat_amount": "200.01",
            }
        ]
    }
