"""How many units of a fixed charge a subscription had when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from billing_site.kernel.intervals import Interval


@dataclass(frozen=True, slots=True)
class UnitsChange:
    """From ``effective_at`` on there are so many units."""

    units: Decimal
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class UnitsSegment:
    """As long as ``interval`` there were so many units."""

    units: Decimal
    interval: Interval


def units_segments(changes: Iterable[UnitsChange], interval: Interval) -> list[UnitsSegment]:
    """The units in force during ``interval``, in the order of time: the change before it and those inside it (3-X1).

    ``changes`` come in the order in which they were said: a later one replaces all that was said for its instant and
    after, so 15 from the 10th on, said after 5 from the 1st of next month, is 15 next month too. Before the first
    change there is no segment; the segments have neither gaps nor overlaps after it.
    """
    standing = _standing(changes)
    ends = [after.effective_at for _, after in pairwise(standing)] + [interval.end]
    return [
        UnitsSegment(change.units, Interval(start, end))
        for change, next_at in zip(standing, ends, strict=False)
        if (start := max(change.effective_at, interval.start)) < (end := min(next_at, interval.end))
    ]


def says_something_new(history: Iterable[UnitsChange], change: UnitsChange) -> bool:
    """Whether ``change`` makes a difference to the units of any instant after all that was said before."""
    standing = _standing(history)
    in_force = [each for each in standing if each.effective_at <= change.effective_at]
    is_the_last = len(in_force) == len(standing)
    return not (in_force and is_the_last and in_force[-1].units == change.units)


def _standing(changes: Iterable[UnitsChange]) -> list[UnitsChange]:
    standing: list[UnitsChange] = []
    for change in changes:
        while standing and standing[-1].effective_at >= change.effective_at:
            standing.pop()
        standing.append(change)
    return standing
