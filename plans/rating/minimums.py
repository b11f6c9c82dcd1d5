"""Minimum amounts: of a charge, and of a plan as a whole."""

from decimal import Decimal

from billing_site.kernel.money import EXACT, round_half_up
from plans.rating.exact import ZERO


def prorated_minimum_cents(minimum_cents: int, *, billed_days: int, period_days: int) -> Decimal:
    """The part of a minimum that the billed days owe, in cents, unrounded. 3000 for 6 of 7 days: 2571.428…"""
    if not billed_days >= 0 or period_days <= 0:
        raise ValueError(f"{billed_days} billed of {period_days} days")
    return EXACT.divide(Decimal(minimum_cents) * billed_days, Decimal(period_days))


def charge_true_up_cents(minimum_cents: int, fees_cents: Decimal, *, billed_days: int, period_days: int) -> int:
    """What the fees of one charge lack to its minimum: prorate, subtract, then round (3-H14).

    10000 for 25 of 28 days less 7000 of fees: 8928.57… - 7000 gives 1929.
    """
    owed = prorated_minimum_cents(minimum_cents, billed_days=billed_days, period_days=period_days)
    return int(round_half_up(max(EXACT.subtract(owed, Decimal(fees_cents)), ZERO)))


def minimum_commitment_amount_cents(commitment_cents: int, *, billed_days: int, period_days: int) -> int:
    """A plan's minimum for the billed days, rounded half up (3-Q1). 3000 for 6 of 7 days: 2571."""
    owed = prorated_minimum_cents(commitment_cents, billed_days=billed_days, period_days=period_days)
    return int(round_half_up(owed))


def commitment_true_up_cents(commitment_cents: int, fees_cents: int, *, billed_days: int, period_days: int) -> int:
    """What a period's fees lack to the minimum commitment: prorate, round, then subtract (3-Q1)."""
    owed = minimum_commitment_amount_cents(commitment_cents, billed_days=billed_days, period_days=period_days)
    return max(owed - fees_cents, 0)
