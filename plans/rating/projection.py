"""What usage will be at the end of a period if it goes on as it has."""

from decimal import Decimal

from billing_site.kernel.money import EXACT, round_half_up

_DIGITS = 2


def projected_units(units: Decimal, *, elapsed_days: int, period_days: int) -> Decimal:
    """Units so far divided by the part of the period that has elapsed, rounded half up to 2 digits (3-H15).

    Today counts as elapsed. 10 units after 3 of 31 days: 103.33.
    """
    if not 0 < elapsed_days <= period_days:
        raise ValueError(f"{elapsed_days} elapsed of {period_days} days")
    return round_half_up(EXACT.divide(EXACT.multiply(units, Decimal(period_days)), Decimal(elapsed_days)), _DIGITS)
