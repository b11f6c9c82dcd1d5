"""Units of each aggregation type from a tally."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing_site.kernel.errors import ValidationFailed
from tests.usage.aggregation.events import adds, at, removes, valued
from usage.aggregation import (
    AggregationType,
    EventValue,
    Metric,
    RoundingFunction,
    Tally,
    WeightedInterval,
    Weighting,
    aggregate,
    needs_events,
    rounded,
)

SUM = Metric(AggregationType.SUM)
UNIQUE = Metric(AggregationType.UNIQUE_COUNT)
WEIGHTED = Metric(AggregationType.WEIGHTED_SUM, weighted_interval=WeightedInterval.SECONDS)
MARCH = Weighting(at(1), at(1, month=4), 31)


def tally(*events: EventValue) -> Tally:
    return Tally.total(map(Tally.of, events))


VALUES = tally(valued("12", at(5)), valued("4.5", at(6)), valued(None, at(7)), valued("-2", at(4)))


def test_count_counts_all_events() -> None:
    units = aggregate(Metric(AggregationType.COUNT), VALUES)
    assert (units.units, units.events_count) == (4, 4)


def test_sum_leaves_out_events_without_a_number() -> None:
    units = aggregate(SUM, VALUES)
    assert (units.units, units.full_units, units.total_aggregated_units, units.events_count) == (
        Decimal("14.5"),
        Decimal("14.5"),
        Decimal("14.5"),
        3,
    )


def test_sum_may_be_negative_here_and_is_billed_as_nothing() -> None:
    assert aggregate(SUM, tally(valued("-5", at(1)))).units == -5


def test_sum_carries_what_the_events_cost() -> None:
    priced = [EventValue(at(day), value=Decimal(10), precise_total_amount_cents=Decimal("0.4")) for day in (1, 2)]
    assert aggregate(SUM, tally(*priced)).precise_total_amount_cents == Decimal("0.8")


def test_max_is_the_highest_value_and_0_without_events() -> None:
    metric = Metric(AggregationType.MAX)
    assert aggregate(metric, VALUES).units == 12
    assert aggregate(metric, Tally.empty()).units == 0
    assert aggregate(metric, tally(valued("-3", at(1)))).units == -3


def test_latest_is_the_last_value() -> None:
    metric = Metric(AggregationType.LATEST)
    assert aggregate(metric, VALUES).units == Decimal("4.5")
    assert aggregate(metric, Tally.empty()).units == 0


def test_of_two_values_of_one_instant_the_one_received_later_is_latest() -> None:
    units = aggregate(Metric(AggregationType.LATEST), tally(valued("7", at(5), 2), valued("9", at(5), 1)))
    assert units.units == 7


def test_a_negative_latest_value_counts_as_0() -> None:
    assert aggregate(Metric(AggregationType.LATEST), tally(valued("14.2", at(5)), valued("-5", at(6)))).units == 0


def test_unique_count_counts_each_text_once() -> None:
    events = tally(adds("a", at(1)), adds("b", at(2)), adds("a", at(3)), EventValue(at(4)))
    assert (aggregate(UNIQUE, events).units, aggregate(UNIQUE, events).events_count) == (2, 3)


def test_unique_count_with_removals_needs_the_events() -> None:
    events = tally(adds("a", at(1)), removes("a", at(2)))
    assert needs_events(UNIQUE, events)
    assert not needs_events(SUM, events)
    with pytest.raises(ValueError, match="removals"):
        aggregate(UNIQUE, events)


def test_proration_needs_the_events() -> None:
    assert needs_events(SUM, VALUES, prorated=True)
    assert not needs_events(SUM, VALUES)


def test_weighted_sum_counts_each_change_for_the_rest_of_the_period() -> None:
    # 10 from 1 March, 20 more from 16 March, 12:00: 10 + 20 × 15.5/31 = 20
    events = tally(valued("10", at(1)), valued("20", at(16, 12)))
    units = aggregate(WEIGHTED, events, MARCH)
    assert (units.units, units.total_aggregated_units, units.events_count) == (20, 30, 2)


def test_weighted_sum_is_rounded_up_to_20_digits() -> None:
    units = aggregate(WEIGHTED, tally(valued("-10", at(16))), MARCH)  # -10 × 16/31
    assert units.units == Decimal("-5.16129032258064516129")
    assert units.total_aggregated_units == -10
    assert aggregate(WEIGHTED, tally(valued("10", at(16))), MARCH).units == Decimal("5.16129032258064516130")


def test_weighted_sum_starts_from_the_level_carried_over() -> None:
    units = aggregate(WEIGHTED, Tally.empty(), Weighting(at(1), at(1, month=4), 31, initial=Decimal(1000)))
    assert (units.units, units.total_aggregated_units, units.events_count) == (1000, 1000, 0)


def test_a_partial_range_weighs_by_its_part_of_the_full_period() -> None:
    first = Weighting(at(17), at(1, month=4), 30, initial=Decimal(30))
    assert aggregate(WEIGHTED, Tally.empty(), first).units == 15  # 30 × 15/30


def test_seconds_are_exact_to_the_microsecond() -> None:
    event = valued("86400000000", at(1) + timedelta(microseconds=1))
    # all but one microsecond of 31 days
    assert aggregate(WEIGHTED, tally(event), MARCH).units * 31 == Decimal(86400000000 * 31 - 1)


def test_a_weighted_sum_without_range_is_an_error() -> None:
    with pytest.raises(ValueError, match="range"):
        aggregate(WEIGHTED, Tally.empty())


@pytest.mark.parametrize(
    ("function", "precision", "expected"),
    [
        (None, 2, "48.434"),
        (RoundingFunction.ROUND, None, "48"),
        (RoundingFunction.ROUND, 2, "48.43"),
        (RoundingFunction.CEIL, 2, "48.44"),
        (RoundingFunction.FLOOR, 1, "48.4"),
        (RoundingFunction.CEIL, -1, "50"),
        (RoundingFunction.FLOOR, -2, "0"),
    ],
)
def test_units_are_rounded_as_the_metric_asks(function: RoundingFunction, precision: int, expected: str) -> None:
    assert rounded(Decimal("48.434"), function, precision) == Decimal(expected)
    metric = Metric(AggregationType.SUM, rounding_function=function, rounding_precision=precision)
    units = aggregate(metric, tally(valued("36", at(1)), valued("12.434", at(2))))
    assert units.units == units.full_units == Decimal(expected)


def test_rounding_is_half_away_from_zero() -> None:
    assert rounded(Decimal("2.5"), RoundingFunction.ROUND) == 3
    assert rounded(Decimal("-2.5"), RoundingFunction.ROUND) == -3


@pytest.mark.parametrize("aggregation_type", [AggregationType.COUNT, AggregationType.MAX, AggregationType.LATEST])
def test_only_levels_can_recur(aggregation_type: AggregationType) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        Metric(aggregation_type, recurring=True)
    assert refusal.value.details == {"recurring": ["not_compatible_with_aggregation_type"]}


def test_a_weighted_sum_names_its_interval() -> None:
    with pytest.raises(ValidationFailed) as refusal:
        Metric(AggregationType.WEIGHTED_SUM)
    assert refusal.value.details == {"weighted_interval": ["value_is_mandatory"]}
