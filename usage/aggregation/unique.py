"""Unique counts of values that are added and removed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from usage.aggregation.event_value import EventValue, Operation, in_order
from usage.aggregation.metric import Metric
from usage.aggregation.proration import DayWeighted, PeriodDays
from usage.aggregation.units import Units


@dataclass(frozen=True, slots=True)
class Presence:
    """A value counts from when it was added until it was removed; None: it still does."""

    added_at: datetime
    removed_at: datetime | None = None


def presences(events: Iterable[EventValue]) -> dict[str, list[Presence]]:
    """When each value was there, in order of time.

    Adding what is there, or removing what is not, changes nothing (3-G5); so a range's first removal has no effect
    on a value that was added before it (3-G6).
    """
    found: dict[str, list[Presence]] = defaultdict(list)
    for event in in_order(events):
        if event.text is not None:
            _apply(found[event.text], event)
    return found


def fold_unique(metric: Metric, events: Iterable[EventValue]) -> Units:
    """How many values are there at the end, and how many events had one."""
    valued = [event for event in events if event.text is not None]
    count = sum(spans[-1].removed_at is None for spans in presences(valued).values() if spans)
    return Units.plain(Decimal(count), len(valued)).rounded_for(metric)


def unique_change(is_present: bool, operation: Operation) -> int:
    """What one event does to the count: +1, -1, or 0 when it changes nothing (3-G5)."""
    if operation is Operation.ADD:
        return 0 if is_present else 1
    return -1 if is_present else 0


def unique_changes(events: Iterable[EventValue], days: PeriodDays) -> list[DayWeighted]:
    """Changes of a prorated unique count, in order of time: +1 for the days that a value was there, -1 for none.

    Both the day of the addition and that of the removal count (3-G7). A value removed and added again on one day was
    never away. Values removed before the range take no place in it.
    """
    changes: list[tuple[datetime, DayWeighted]] = []
    for spans in presences(events).values():
        for span in _without_gaps_in_a_day(spans, days):
            changes.extend(_changes_of(span, days))
    return [change for _, change in sorted(changes, key=lambda dated: dated[0])]


def _apply(spans: list[Presence], event: EventValue) -> None:
    is_present = bool(spans) and spans[-1].removed_at is None
    match unique_change(is_present, event.operation):
        case 1:
            spans.append(Presence(event.timestamp))
        case -1:
            spans[-1] = replace(spans[-1], removed_at=event.timestamp)


def _without_gaps_in_a_day(spans: list[Presence], days: PeriodDays) -> list[Presence]:
    joined: list[Presence] = []
    for span in spans:
        removed_at = joined[-1].removed_at if joined else None
        if removed_at is not None and days.day_of(removed_at) == days.day_of(span.added_at):
            joined[-1] = replace(joined[-1], removed_at=span.removed_at)
        else:
            joined.append(span)
    return joined


def _changes_of(span: Presence, days: PeriodDays) -> Iterable[tuple[datetime, DayWeighted]]:
    if span.removed_at is None:
        yield span.added_at, DayWeighted(Decimal(1), days.days_from(span.added_at))
    elif span.removed_at >= days.start:
        after_removal = days.last_day - days.day_of(span.removed_at)
        yield span.added_at, DayWeighted(Decimal(1), days.days_from(span.added_at) - after_removal)
        yield span.removed_at, DayWeighted(Decimal(-1), 0)
