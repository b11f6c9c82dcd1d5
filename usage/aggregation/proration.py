"""Units that count for the days that they were in force.

Days are numbers (``date.toordinal()``) of the customer's time zone, which ``plans.periods`` knows.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from typing import NamedTuple

from billing_site.kernel.money import EXACT, round_up
from usage.aggregation.event_value import EventValue
from usage.aggregation.metric import Metric
from usage.aggregation.numbers import ZERO
from usage.aggregation.units import Units

_DIGITS = 5


@dataclass(frozen=True, slots=True)
class PeriodDays:
    """The days of a range: from ``first_day`` to ``last_day``, both counted, of a full period of ``period_days``.

    ``start`` is the range's first instant. ``kept_days`` is how long a summed value from before the range counts: all
    its days unless the subscription ended within it (the day of a change of plan belongs to the new plan).
    """

    start: datetime
    first_day: int
    last_day: int
    period_days: int
    kept_days: int
    day_of: Callable[[datetime], int]

    def days_from(self, instant: datetime) -> int:
        """From the day of ``instant`` to the last one, both counted."""
        return self.last_day - max(self.day_of(instant), self.first_day) + 1


class ProratedEvent(NamedTuple):
    """One change of units: how many, and how many of them count for the days that they were in force (3-H13)."""

    units: Decimal
    prorated_units: Decimal


class DayWeighted(NamedTuple):
    """A change of ``units`` in force for ``days``: exact until the one division by the period's days."""

    units: Decimal
    days: int


def prorated_units(metric: Metric, changes: Sequence[DayWeighted], days: PeriodDays, events_count: int) -> Units:
    """Σ units × days / days of the period, rounded up to 5 digits (3-G9); the full units are the plain sum."""
    with localcontext(EXACT):
        weighted = sum((change.units * change.days for change in changes), ZERO)
        full_units = sum((change.units for change in changes), ZERO)
        units = round_up(weighted / days.period_days, _DIGITS)
    return Units(units, full_units, full_units, events_count).rounded_for(metric)


def prorated_events(changes: Iterable[DayWeighted], days: PeriodDays) -> list[ProratedEvent]:
    """The same changes one by one, for prices whose tier depends on the order (3-H13)."""
    with localcontext(EXACT):
        return [ProratedEvent(change.units, change.units * change.days / days.period_days) for change in changes]


def summed_changes(kept: Decimal, events: Iterable[EventValue], days: PeriodDays) -> list[DayWeighted]:
    """Changes of a prorated sum: ``kept`` from before the range, then the range's events in order (3-G8).

    20 units on the 17th of a month of 31 days count for 15 of them.
    """
    before = [DayWeighted(kept, days.kept_days)] if kept else []
    within = [DayWeighted(event.value, days.days_from(event.timestamp)) for event in events if event.value is not None]
    return before + within
