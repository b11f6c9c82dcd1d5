"""Civil days of a time zone as instants, and back. Only this module converts between the two."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from billing_site.kernel.intervals import Interval

ONE_DAY = timedelta(days=1)
# What a PostgreSQL timestamp can tell apart: a range that includes the instant T ends at T + TICK.
TICK = timedelta(microseconds=1)


@cache
def zone(timezone: str) -> ZoneInfo:
    """The zone of an IANA name; ``ZoneInfoNotFoundError`` or ``ValueError`` for anything else."""
    return ZoneInfo(timezone)


@lru_cache(maxsize=65536)
def start_of_day(day: date, timezone: str) -> datetime:
    """The first instant of a civil day, in UTC (3-B1).

    Where daylight saving skips midnight (Cairo, Havana, Santiago) that is the first instant after the gap: with
    ``fold=0`` zoneinfo reads a missing time in the offset before the gap. A midnight that happens twice counts from the
    first.
    """
    return datetime.combine(day, time.min, zone(timezone)).astimezone(UTC)


def local_date(instant: datetime, timezone: str) -> date:
    """The civil date on which ``instant`` falls."""
    return instant.astimezone(zone(timezone)).date()


def local_instant(instant: datetime, timezone: str) -> datetime:
    """``instant`` as the zone's clocks show it, with their offset."""
    return instant.astimezone(zone(timezone))


def start_of_local_day(instant: datetime, timezone: str) -> datetime:
    """The first instant of the civil day on which ``instant`` falls."""
    return start_of_day(local_date(instant, timezone), timezone)


def last_date(interval: Interval, timezone: str) -> date:
    """The civil date of the last instant of ``interval``; of its start when it is empty."""
    return local_date(interval.start if interval.is_empty else interval.end - TICK, timezone)


def days_between(start: datetime, end: datetime, timezone: str) -> int:
    """Days, counted from ``start``, that a half-open range touches, on the clock on the wall (3-B14).

    ``ceil(wall(last instant) - wall(start))`` in days, so a day of 23 or 25 hours is one day and a begun day counts. A
    range whose last instant is a local midnight includes that day. 15 January 10:00 up to 15 January 12:00 is 1.
    """
    if end <= start:
        return 0
    local = zone(timezone)
    last = (end - TICK).astimezone(local).replace(tzinfo=None)
    elapsed = last - start.astimezone(local).replace(tzinfo=None)
    if last.time() == time.min:
        elapsed += TICK
    return max(-(-elapsed // ONE_DAY), 0)


def wire_end(interval: Interval) -> datetime:
    """The inclusive end that Lago's API shows, to the second: ``T23:59:59`` of the last day.

    A range cut at a termination shows that instant itself, an empty one its start.
    """
    return (interval.end if interval.is_empty else interval.end - TICK).replace(microsecond=0)
