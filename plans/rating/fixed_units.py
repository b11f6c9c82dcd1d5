"""Units of a fixed charge: no events, but a number that is changed from time to time."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from billing_site.kernel.money import EXACT, round_half_up
from plans.rating.exact import ZERO
from plans.rating.usage import Usage

_DIGITS = 6


def fixed_usage(
    changes: Sequence[tuple[int, Decimal]], *, first_day: int, last_day: int, period_days: int, prorated: bool
) -> Usage:
    """The units of the days ``first_day`` to ``last_day``, both counted (3-X1).

    ``changes`` are (day number, units from that day on), in order; one before the range is in force at its start.
    Not prorated: the last units. Prorated: each number for its days, rounded half up to 6 digits, while the last one
    chooses the tier. 31 units for 5 of 31 days, then 3.1 for 5: 5 + 0.5 = 5.5 units, 3.1 full ones.
    """
    units_in_force = changes[-1][1] if changes else ZERO
    if not prorated:
        return Usage(units=units_in_force)
    parts = units_by_days(changes, first_day=first_day, last_day=last_day)
    shares = (_share(units, days, period_days) for units, days in parts)
    return Usage(units=sum(shares, ZERO), full_units=units_in_force)


def units_by_days(
    changes: Sequence[tuple[int, Decimal]], *, first_day: int, last_day: int
) -> list[tuple[Decimal, int]]:
    """The units of ``fixed_usage`` with the days that each counts for, in the order of time."""
    starts = [(max(day, first_day), units) for day, units in changes]
    return [(units, next_day - day) for (day, units), (next_day, _) in pairwise([*starts, (last_day + 1, ZERO)])]


def _share(units: Decimal, days: int, period_days: int) -> Decimal:
    weighted = EXACT.multiply(units, Decimal(days))
    return round_half_up(EXACT.divide(weighted, Decimal(period_days)), _DIGITS)
