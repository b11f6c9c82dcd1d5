"""Civil days as instants, and the count of days (3-B1, 3-B14)."""

from datetime import date, timedelta

import pytest

from billing_site.kernel.intervals import Interval
from plans.periods import TICK, days_between, last_date, local_date, start_of_day, start_of_local_day, wire_end
from tests.plans.periods.agreements import instant


@pytest.mark.parametrize(
    ("day", "timezone", "expected"),
    [
        (date(2024, 3, 10), "America/New_York", "2024-03-10 05:00"),
        (date(2024, 3, 11), "America/New_York", "2024-03-11 04:00"),
        (date(2024, 3, 31), "Asia/Beirut", "2024-03-30 22:00"),  # Midnight is skipped: 01:00 summer time.
        (date(2024, 11, 3), "America/Havana", "2024-11-03 04:00"),  # Midnight comes twice: the first one.
        (date(2024, 1, 1), "Asia/Kathmandu", "2023-12-31 18:15"),
    ],
)
def test_a_day_starts_at_its_first_instant(day, timezone, expected):
    assert start_of_day(day, timezone) == instant(expected)
    assert local_date(instant(expected), timezone) == day
    assert local_date(instant(expected) - TICK, timezone) == day - timedelta(days=1)


def test_the_start_of_the_local_day_of_an_instant():
    assert start_of_local_day(instant("2023-10-05"), "America/Bogota") == instant("2023-10-04 05:00")
    assert start_of_local_day(instant("2023-10-05"), "Asia/Bangkok") == instant("2023-10-04 17:00")


@pytest.mark.parametrize(
    ("start", "end", "timezone", "expected"),
    [
        ("2024-03-01", "2024-04-01", "UTC", 31),
        ("2024-03-09 05:00", "2024-03-12 04:00", "America/New_York", 3),  # One of 23 hours.
        ("2024-11-02 04:00", "2024-11-05 05:00", "America/New_York", 3),  # One of 25 hours.
        ("2024-01-15 10:00", "2024-01-15 12:00", "UTC", 1),
        ("2024-01-15 18:00", "2024-01-16 06:00", "UTC", 1),
        ("2024-01-15 18:00", "2024-01-16 18:30", "UTC", 2),
        ("2024-01-15", "2024-01-15", "UTC", 0),
        ("2024-01-16", "2024-01-15", "UTC", 0),
    ],
)
def test_begun_days_count_on_the_clock_on_the_wall(start, end, timezone, expected):
    assert days_between(instant(start), instant(end), timezone) == expected


def test_a_range_that_includes_a_midnight_includes_its_day():
    assert days_between(instant("2024-03-01"), instant("2024-03-12") + TICK, "UTC") == 12
    assert days_between(instant("2024-03-01"), instant("2024-03-12"), "UTC") == 11


def test_the_wire_shows_inclusive_ends():
    start, midnight = instant("2024-03-01 10:00"), instant("2024-04-01")

    assert wire_end(Interval(start, midnight)) == instant("2024-03-31 23:59:59")
    assert wire_end(Interval(start, instant("2024-03-12 15:30") + TICK)) == instant("2024-03-12 15:30")
    assert wire_end(Interval(start, start)) == start


def test_the_last_date_of_a_range():
    assert last_date(Interval(instant("2024-03-01"), instant("2024-04-01")), "UTC") == date(2024, 3, 31)
    assert last_date(Interval(instant("2024-03-01"), instant("2024-03-01")), "UTC") == date(2024, 3, 1)
