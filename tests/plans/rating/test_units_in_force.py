"""The units of a fixed charge over time."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from billing_site.kernel.intervals import Interval
from plans.rating import UnitsChange, says_something_new, units_segments
from tests.support.clock import instant

MARCH = Interval(instant("2024-03-01"), instant("2024-04-01"))
APRIL = Interval(instant("2024-04-01"), instant("2024-05-01"))


def said(*changes: tuple[str, str]) -> list[UnitsChange]:
    return [UnitsChange(Decimal(units), instant(day)) for units, day in changes]


def shown(changes: list[UnitsChange], interval: Interval = MARCH) -> list[tuple[str, str, str]]:
    return [
        (str(each.units), f"{each.interval.start:%m-%d}", f"{each.interval.end:%m-%d}")
        for each in units_segments(changes, interval)
    ]


def test_what_was_said_before_holds_from_the_start_of_the_interval() -> None:
    assert shown(said(("10", "2024-01-17"))) == [("10", "03-01", "04-01")]
    assert shown(said(("10", "2024-01-17"), ("5", "2024-02-20"))) == [("5", "03-01", "04-01")]


def test_changes_inside_the_interval_cut_it() -> None:
    changes = said(("0", "2024-03-17"), ("31", "2024-03-22"), ("3.1", "2024-03-27"))
    assert shown(changes) == [("0", "03-17", "03-22"), ("31", "03-22", "03-27"), ("3.1", "03-27", "04-01")]
    assert shown(changes, APRIL) == [("3.1", "04-01", "05-01")]


def test_a_change_to_come_does_not_hold_yet() -> None:
    changes = said(("10", "2024-03-01"), ("8", "2024-04-01"))
    assert shown(changes) == [("10", "03-01", "04-01")]
    assert shown(changes, APRIL) == [("8", "04-01", "05-01")]


def test_the_later_word_holds_also_against_a_change_that_was_to_come() -> None:
    # 5 from April on was said on the 5th of March; on the 10th 15 is said for now, and so for April.
    changes = said(("10", "2024-03-01"), ("5", "2024-04-01"), ("15", "2024-03-10"))
    assert shown(changes, APRIL) == [("15", "04-01", "05-01")]


def test_without_a_word_there_are_no_segments() -> None:
    assert shown([]) == []
    assert shown(said(("10", "2024-05-01"))) == []


def test_saying_the_same_again_says_nothing_new() -> None:
    changes = said(("10", "2024-03-01"), ("5", "2024-04-01"))
    assert not says_something_new(changes, *said(("5", "2024-04-01")))
    assert not says_something_new(changes, *said(("5", "2024-04-10")))
    assert says_something_new(changes, *said(("10", "2024-03-20")))  # takes the 5 of April back
    assert says_something_new([], *said(("0", "2024-03-20")))


offsets = st.integers(0, 90 * 24).map(lambda hours: instant("2024-02-01") + timedelta(hours=hours))
histories = st.lists(st.builds(UnitsChange, st.integers(0, 9).map(Decimal), offsets), max_size=8)


@given(histories)
def test_segments_tile_the_interval_from_the_first_word_on(changes: list[UnitsChange]) -> None:
    segments = units_segments(changes, MARCH)
    for before, after in pairwise(segments):
        assert before.interval.end == after.interval.start
    first = min((change.effective_at for change in changes), default=MARCH.end)
    if first < MARCH.end:
        assert segments[0].interval.start == max(first, MARCH.start)
        assert segments[-1].interval.end == MARCH.end
    else:
        assert segments == []


@given(histories, offsets)
def test_at_any_instant_the_last_word_for_it_holds(changes: list[UnitsChange], at: Any) -> None:
    spoken = [change.units for change in changes if change.effective_at <= at]
    interval = Interval(at, at + timedelta(microseconds=1))
    assert [segment.units for segment in units_segments(changes, interval)] == spoken[-1:]


@given(histories, st.builds(UnitsChange, st.integers(0, 9).map(Decimal), offsets), offsets)
def test_what_says_nothing_new_makes_no_difference(changes: list[UnitsChange], change: UnitsChange, at: Any) -> None:
    moment = Interval(at, at + timedelta(microseconds=1))
    if not says_something_new(changes, change):
        assert units_segments([*changes, change], moment) == units_segments(changes, moment)
