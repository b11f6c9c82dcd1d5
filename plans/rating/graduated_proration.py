"""Prorated graduated: tiers are chosen by whole units, money follows the prorated ones (3-H13)."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate, pairwise

from plans.rating.exact import ZERO
from plans.rating.ranges import R, visited
from usage.aggregation import ProratedEvent

_INFINITY = Decimal("Infinity")


def prorated_tier_units(ranges: Sequence[R], events: Sequence[ProratedEvent]) -> list[tuple[R, Decimal]]:
    """The tiers that the cumulated whole units ever reached, each with the prorated units that fell into it.

    Events are in order of time. One that crosses tiers is split in proportion; one that takes units away takes them
    from the tiers that they were in. With a first tier up to 5: +4 (2.8 prorated), +2 (1), -3 (-0.6) leave
    2.8 + 0.5 - 0.4 = 2.9 in it and 0.5 - 0.2 = 0.3 above.
    """
    levels = list(accumulate((event.units for event in events), initial=ZERO))
    reached = list(visited(ranges, max(levels)))
    units = [ZERO] * len(reached)
    for event, (before, after) in zip(events, pairwise(levels), strict=True):
        for tier, overlap in enumerate(_overlaps(reached, min(before, after), max(before, after))):
            if overlap:
                units[tier] += event.prorated_units * overlap / abs(event.units)
    return list(zip(reached, units, strict=True))


def _overlaps(reached: Sequence[R], low: Decimal, high: Decimal) -> list[Decimal]:
    # The lowest tier also takes what is below zero, the highest one reached all that is above it.
    tops = [tier.to_value or ZERO for tier in reached[:-1]]
    edges = [-_INFINITY, *tops, _INFINITY]
    return [max(min(high, top) - max(low, bottom), ZERO) for bottom, top in pairwise(edges)]
