"""Unique counts of values that come and go."""

from decimal import Decimal

import pytest

from tests.usage.aggregation.events import adds, at, march, removes
from usage.aggregation import (
    AggregationType,
    EventValue,
    Metric,
    Operation,
    PeriodDays,
    fold_unique,
    prorated_events,
    prorated_units,
    unique_change,
    unique_changes,
)

SEATS = Metric(AggregationType.UNIQUE_COUNT, recurring=True)


def prorated(*events: EventValue, days: PeriodDays | None = None) -> tuple[Decimal, Decimal]:
    days = days or march()
    units = prorated_units(SEATS, unique_changes(events, days), days, len(events))
    return units.units, units.full_units


@pytest.mark.parametrize(
    ("is_present", "operation", "change"),
    [
        (False, Operation.ADD, 1),
        (True, Operation.ADD, 0),
        (True, Operation.REMOVE, -1),
        (False, Operation.REMOVE, 0),
    ],
)
def test_only_what_changes_presence_changes_the_count(is_present: bool, operation: Operation, change: int) -> None:
    assert unique_change(is_present, operation) == change


@pytest.mark.parametrize(
    ("text", "operation"), [("remove", Operation.REMOVE), ("add", Operation.ADD), (None, Operation.ADD)]
)
def test_whatever_does_not_remove_adds(text: str | None, operation: Operation) -> None:
    assert Operation.of(text) is operation


def test_the_count_is_what_is_left_at_the_end() -> None:
    events = [adds("a", at(1)), adds("b", at(2)), removes("a", at(3)), removes("c", at(4)), adds("b", at(5))]
    units = fold_unique(SEATS, events)
    assert (units.units, units.events_count) == (1, 5)


def test_the_order_is_that_of_time() -> None:
    assert fold_unique(SEATS, [removes("a", at(3)), adds("a", at(1))]).units == 0
    assert fold_unique(SEATS, [removes("a", at(1)), adds("a", at(3))]).units == 1


def test_events_without_a_value_count_nothing() -> None:
    units = fold_unique(SEATS, [EventValue(at(1))])
    assert (units.units, units.events_count) == (0, 0)


def test_a_value_counts_from_the_day_it_was_added() -> None:
    assert prorated(adds("a", at(16, 23))) == (Decimal("0.51613"), 1)  # 16/31, rounded up


def test_a_value_from_before_the_range_counts_for_all_of_it() -> None:
    assert prorated(adds("a", at(3, month=1))) == (1, 1)


def test_both_the_day_of_addition_and_of_removal_count() -> None:
    assert prorated(adds("a", at(10)), removes("a", at(12))) == (Decimal("0.09678"), 0)  # 3/31


def test_days_apart_count_each() -> None:
    events = [event for day in (9, 14, 19) for event in (adds("a", at(day, 1)), removes("a", at(day, 2)))]
    assert prorated(*events) == (Decimal("0.09678"), 0)  # 3/31


def test_a_value_added_again_on_the_day_of_its_removal_was_never_away() -> None:
    back = [adds("a", at(1)), removes("a", at(10, 8)), adds("a", at(10, 9)), removes("a", at(20))]
    assert prorated(*back) == (Decimal("0.64517"), 0)  # 20/31, not 21/31


def test_a_value_removed_before_the_range_takes_no_place_in_it() -> None:
    assert unique_changes([adds("a", at(5, month=1)), removes("a", at(25, month=2))], march()) == []


def test_a_short_range_counts_its_own_days_of_the_full_period() -> None:
    assert prorated(adds("a", at(1, month=1)), days=march(11, 20)) == (Decimal("0.32259"), 1)  # 10/31


def test_changes_come_in_order_of_time_and_a_removal_costs_nothing() -> None:
    days = march()
    changes = unique_changes([adds("a", at(1)), adds("b", at(12)), removes("a", at(4))], days)
    events = prorated_events(changes, days)
    assert [event.units for event in events] == [1, -1, 1]
    assert [event.prorated_units * 31 for event in events] == [pytest.approx(4), 0, pytest.approx(20)]
