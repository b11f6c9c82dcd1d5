"""Laws of aggregation, over generated events."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from usage.aggregation import (
    AggregationType,
    EventValue,
    Level,
    Metric,
    Operation,
    PeriodDays,
    RoundingFunction,
    Tally,
    WeightedInterval,
    Weighting,
    aggregate,
    fold_unique,
    in_order,
    parse_number,
    prorated_events,
    prorated_units,
    rounded,
    summed_changes,
    unique_change,
    unique_changes,
    weighted_units,
)

START = datetime(2024, 3, 1, tzinfo=UTC)
PERIOD_DAYS = 31
END = START + timedelta(days=PERIOD_DAYS)
MARCH = PeriodDays(
    start=START,
    first_day=START.toordinal(),
    last_day=END.toordinal() - 1,
    period_days=PERIOD_DAYS,
    kept_days=PERIOD_DAYS,
    day_of=datetime.toordinal,
)
LINEAR = [
    Metric(AggregationType.COUNT),
    Metric(AggregationType.SUM, rounding_function=RoundingFunction.CEIL, rounding_precision=2),
    Metric(AggregationType.MAX),
    Metric(AggregationType.LATEST),
    Metric(AggregationType.UNIQUE_COUNT),
    Metric(AggregationType.WEIGHTED_SUM, weighted_interval=WeightedInterval.SECONDS),
]

numbers = st.decimals(min_value=-(10**9), max_value=10**9, allow_nan=False, allow_infinity=False, places=6)
instants = st.integers(0, PERIOD_DAYS * 86_400 * 10**6 - 1).map(lambda micros: START + timedelta(microseconds=micros))
additions = st.builds(
    EventValue,
    timestamp=instants,
    sequence=st.integers(0, 3),
    value=st.none() | numbers,
    text=st.none() | st.sampled_from("abcd"),
    precise_total_amount_cents=numbers,
)
operations = st.builds(
    EventValue,
    timestamp=instants,
    sequence=st.integers(0, 10**6),
    text=st.sampled_from("abc"),
    operation=st.sampled_from(Operation),
)
tallies = st.lists(additions, max_size=5).map(lambda events: Tally.total(map(Tally.of, events)))


@given(tallies, tallies, tallies)
def test_tallies_add_up_in_any_grouping_and_order(first: Tally, second: Tally, third: Tally) -> None:
    assert (first + second) + third == first + (second + third)
    assert first + second == second + first
    assert first + Tally.empty() == first


@given(st.lists(additions, max_size=20), st.randoms(use_true_random=False), st.integers(1, 5))
def test_units_do_not_depend_on_how_events_were_split_into_buckets(
    events: list[EventValue], random: Random, buckets: int
) -> None:
    shuffled = random.sample(events, len(events))
    split = Tally.total(Tally.total(map(Tally.of, shuffled[bucket::buckets])) for bucket in range(buckets))
    weighting = Weighting(START, END, PERIOD_DAYS)
    for metric in LINEAR:
        units = aggregate(metric, split, weighting)
        assert units == aggregate(metric, Tally.total(map(Tally.of, events)), weighting)
        assert all(isinstance(value, Decimal) for value in (units.units, units.full_units))


@given(st.lists(additions, max_size=20))
def test_tallies_agree_with_a_plain_look_at_the_events(events: list[EventValue]) -> None:
    tally = Tally.total(map(Tally.of, events))
    values = [event.value for event in events if event.value is not None]
    assert tally.count == len(events)
    assert tally.sum == sum(values)
    assert tally.max == max(values, default=None)
    assert tally.distinct == {event.text for event in events if event.text is not None}


@given(st.lists(additions, max_size=20), numbers)
def test_a_weighted_sum_is_the_area_under_the_level(events: list[EventValue], initial: Decimal) -> None:
    level, area = initial, Decimal(0)
    points = [EventValue(START), *in_order(events), EventValue(END)]
    for earlier, later in pairwise(points):
        level += earlier.value or 0
        area += level * ((later.timestamp - earlier.timestamp) // timedelta(microseconds=1))
    period = PERIOD_DAYS * 86_400 * 10**6
    units = weighted_units(Tally.total(map(Tally.of, events)), Weighting(START, END, PERIOD_DAYS, initial))
    assert 0 <= units.units * period - area < period * Decimal("1e-19")
    assert units.total_aggregated_units == level


@given(st.lists(operations, max_size=20, unique_by=lambda event: (event.timestamp, event.sequence)))
def test_a_unique_count_is_the_sum_of_its_changes(events: list[EventValue]) -> None:
    present: dict[str | None, bool] = {}
    total = 0
    for event in in_order(events):
        change = unique_change(present.get(event.text, False), event.operation)
        present[event.text] = event.operation is Operation.ADD
        total += change
    units = fold_unique(Metric(AggregationType.UNIQUE_COUNT), events)
    assert units.units == total == sum(change.units for change in unique_changes(events, MARCH))


@given(st.lists(operations, max_size=20, unique_by=lambda event: (event.timestamp, event.sequence)))
def test_a_value_never_counts_for_more_than_the_whole_period(events: list[EventValue]) -> None:
    metric = Metric(AggregationType.UNIQUE_COUNT, recurring=True)
    values = {event.text for event in events}
    units = prorated_units(metric, unique_changes(events, MARCH), MARCH, len(events))
    assert 0 <= units.units <= len(values)
    assert units.full_units <= len(values)


@given(numbers, st.lists(additions, max_size=10))
def test_prorated_events_add_up_to_the_prorated_units(kept: Decimal, events: list[EventValue]) -> None:
    changes = summed_changes(kept, in_order(events), MARCH)
    units = prorated_units(Metric(AggregationType.SUM, recurring=True), changes, MARCH, len(events))
    parts = prorated_events(changes, MARCH)
    assert sum(part.units for part in parts) == units.full_units
    assert abs(sum(part.prorated_units for part in parts) - units.units) < Decimal("0.00002")


@given(st.lists(numbers, max_size=10))
def test_what_is_billed_in_advance_is_the_highest_level(changes: list[Decimal]) -> None:
    levels = [Level()]
    for change in changes:
        levels.append(levels[-1].after(change))
    billed = [after.highest - before.highest for before, after in pairwise(levels)]
    assert all(units >= 0 for units in billed)
    assert sum(billed) == max(level.current for level in levels)


@given(numbers, st.sampled_from(RoundingFunction), st.integers(-3, 6))
def test_rounding_moves_by_less_than_one_step_in_its_direction(
    units: Decimal, function: RoundingFunction, precision: int
) -> None:
    moved = rounded(units, function, precision) - units
    step = Decimal(1).scaleb(-precision)
    bounds = {
        RoundingFunction.ROUND: abs(moved) <= step / 2,
        RoundingFunction.CEIL: 0 <= moved < step,
        RoundingFunction.FLOOR: -step < moved <= 0,
    }
    assert bounds[function]


@given(st.text(alphabet="0123456789.-+e _", max_size=12) | st.floats() | st.integers() | st.booleans() | st.none())
def test_a_number_is_exact_or_none(value: object) -> None:
    number = parse_number(value)
    assert number is None or isinstance(number, Decimal)
    if number is not None and isinstance(value, str):
        assert format(number, "f") == str(Decimal(value))
    if number is not None and isinstance(value, float):
        assert float(number) == value
