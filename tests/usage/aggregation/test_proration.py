"""Sums and levels that count for days."""

from decimal import Decimal

from tests.usage.aggregation.events import at, march, valued
from usage.aggregation import (
    AggregationType,
    Level,
    Metric,
    RoundingFunction,
    prorated_events,
    prorated_in_advance,
    prorated_units,
    summed_changes,
)

LICENSES = Metric(AggregationType.SUM, recurring=True)


def test_units_count_from_their_day_to_the_last_one() -> None:
    days = march()
    units = prorated_units(LICENSES, summed_changes(Decimal(0), [valued("20", at(17))], days), days, 1)
    assert (units.units, units.full_units) == (Decimal("9.67742"), 20)  # 20 × 15/31 = 9.677419, rounded up


def test_units_from_before_count_for_the_whole_range() -> None:
    days = march()
    changes = summed_changes(Decimal(75), [valued("20", at(17)), valued(None, at(18))], days)
    units = prorated_units(LICENSES, changes, days, 2)
    assert (units.units, units.full_units) == (Decimal("84.67742"), 95)


def test_the_day_of_a_change_of_plan_counts_for_new_units_only() -> None:
    # ended on the 18th: 75 kept × 17/31, 20 added on the 17th × 2/31
    days = march(1, 18, kept_days=17)
    kept, added = prorated_events(summed_changes(Decimal(75), [valued("20", at(17))], days), days)
    assert (round(kept.prorated_units, 5), round(added.prorated_units, 5)) == (Decimal("41.12903"), Decimal("1.29032"))


def test_negative_units_are_rounded_up_as_well() -> None:
    days = march()
    units = prorated_units(LICENSES, summed_changes(Decimal(0), [valued("-5", at(27))], days), days, 1)
    assert units.units == Decimal("-0.80645")  # -5 × 5/31 = -0.806451…


def test_thirds_add_up_to_a_whole_before_rounding() -> None:
    days = march()
    events = [valued("31", at(day)) for day in (29, 30, 31)]  # 3 + 2 + 1
    assert prorated_units(LICENSES, summed_changes(Decimal(0), events, days), days, 3).units == 6


def test_the_metrics_rounding_comes_after() -> None:
    metric = Metric(AggregationType.SUM, recurring=True, rounding_function=RoundingFunction.FLOOR, rounding_precision=1)
    days = march()
    units = prorated_units(metric, summed_changes(Decimal("2.55"), [], days), days, 0)
    assert (units.units, units.full_units) == (Decimal("2.5"), Decimal("2.5"))


def test_in_advance_units_count_from_the_events_day() -> None:
    assert prorated_in_advance(Decimal(1), at(23, 1), march()) == Decimal("0.29033")  # 9/31


def test_in_advance_only_what_rises_above_the_highest_level_is_billed() -> None:
    level = Level(current=Decimal(80), highest=Decimal(100))
    risen, fallen = level.after(Decimal(50)), level.after(Decimal(-50))
    assert risen.highest - level.highest == 30  # 80 + 50 - 100
    assert fallen.highest - level.highest == 0
    assert fallen.after(Decimal(70)) == Level(Decimal(100), Decimal(100))
