"""Package prices."""

from decimal import Decimal

import pytest

from tests.plans.rating.prices import amount, details, of, package, unit_amount

PRICE = package("5", 100, 100)


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ("0", 0),
        ("99", 0),
        ("100", 0),  # exactly the free units
        ("100.01", 5),  # a package is paid from its first unit
        ("200", 5),
        ("201", 10),
    ],
)
def test_packages_are_paid_in_full(units: str, expected: int) -> None:
    assert amount(PRICE, of(units)) == expected


def test_the_unit_amount_is_that_of_a_paid_unit() -> None:
    assert unit_amount(PRICE, of("201")) == Decimal("0.099009900990099")  # 10 / 101
    assert unit_amount(PRICE, of("50")) == 0


def test_details_tell_free_from_paid_units() -> None:
    assert details(PRICE, of("201")) == {
        "free_units": "100.0",
        "paid_units": "101.0",
        "per_package_size": 100,
        "per_package_unit_amount": "5.0",
    }
