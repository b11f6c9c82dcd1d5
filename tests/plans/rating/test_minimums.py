"""Minimum amounts, fixed units and projections."""

from decimal import Decimal

import pytest

from plans.rating import (
    charge_true_up_cents,
    commitment_true_up_cents,
    fixed_usage,
    minimum_commitment_amount_cents,
    projected_units,
)
from tests.plans.rating.prices import amount, tier, volume

MARCH = {"first_day": 1, "last_day": 31, "period_days": 31}


def test_a_commitment_is_prorated_and_rounded_before_fees_are_subtracted() -> None:
    assert minimum_commitment_amount_cents(3000, billed_days=6, period_days=7) == 2571  # 2571.43
    assert commitment_true_up_cents(3000, 2000, billed_days=6, period_days=7) == 571
    assert commitment_true_up_cents(3000, 2572, billed_days=6, period_days=7) == 0


def test_a_charge_minimum_is_rounded_after_fees_are_subtracted() -> None:
    # 10000 × 25/28 = 8928.57; less 7000.4 is 1928.17
    days = {"billed_days": 25, "period_days": 28}
    assert charge_true_up_cents(10000, Decimal(7000), **days) == 1929
    assert charge_true_up_cents(10000, Decimal("7000.4"), **days) == 1928
    assert charge_true_up_cents(10000, Decimal(9000), **days) == 0


def test_a_period_without_days_is_an_error() -> None:
    with pytest.raises(ValueError, match="days"):
        minimum_commitment_amount_cents(1, billed_days=0, period_days=0)


def test_the_last_fixed_units_count_when_not_prorated() -> None:
    usage = fixed_usage([(1, Decimal(10)), (20, Decimal(5))], **MARCH, prorated=False)
    assert (usage.units, usage.full_units) == (5, None)


def test_fixed_units_are_prorated_by_the_days_that_they_were_in_force() -> None:
    # 31 × 5/31 + 3.1 × 5/31
    changes = [(17, Decimal(0)), (22, Decimal(31)), (27, Decimal("3.1"))]
    usage = fixed_usage(changes, **MARCH, prorated=True)
    assert (usage.units, usage.full_units) == (Decimal("5.5"), Decimal("3.1"))
    assert amount(volume(tier(0, 10, "0.1", "10"), tier(11, None, "2", "20")), usage) == Decimal("10.55")


def test_fixed_units_from_before_the_range_are_in_force_at_its_start() -> None:
    usage = fixed_usage([(-20, Decimal(3)), (-5, Decimal(4)), (31, Decimal(1))], **MARCH, prorated=True)
    assert usage.units == Decimal("3.903226")  # 4 × 30/31 = 3.870968, 1 × 1/31 = 0.032258


def test_no_fixed_units_are_zero() -> None:
    assert fixed_usage([], **MARCH, prorated=True).units == 0


def test_a_projection_goes_on_as_before() -> None:
    assert projected_units(Decimal(10), elapsed_days=3, period_days=31) == Decimal("103.33")
    assert projected_units(Decimal(10), elapsed_days=31, period_days=31) == 10
