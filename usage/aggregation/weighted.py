"""Weighted sums: a level that changes over time counts for the seconds that it was in force."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext

from billing_site.kernel.money import EXACT, round_up
from usage.aggregation.event_value import epoch_seconds
from usage.aggregation.numbers import ZERO
from usage.aggregation.tally import Tally
from usage.aggregation.units import Units

_SECONDS_A_DAY = 86_400
_DIGITS = 20


@dataclass(frozen=True, slots=True)
class Weighting:
    """The half-open range ``start`` to ``end`` of a full period of ``period_days`` days.

    A range shorter than the period (first and last ones) therefore weighs less (3-G11). ``initial`` is the level at
    the start, carried over by recurring metrics (3-G12).
    """

    start: datetime
    end: datetime
    period_days: int
    initial: Decimal = ZERO


def weighted_units(tally: Tally, weighting: Weighting) -> Units:
    """Σ (level × seconds in force) / seconds of the period, rounded up to 20 digits (3-G10).

    Each change v at t counts until the end, so Σ v × (end - t) = end × Σ v - Σ v × t: two sums that buckets keep.
    -10 on 16 March, 00:00: -10 × 16 of 31 days = -5.1612903225806451612.
    """
    with localcontext(EXACT):
        end = epoch_seconds(weighting.end)
        carried = weighting.initial * (end - epoch_seconds(weighting.start))
        changes = tally.sum * end - tally.value_time
        units = round_up((carried + changes) / (weighting.period_days * _SECONDS_A_DAY), _DIGITS)
        return Units(units, units, weighting.initial + tally.sum, tally.number_count)
