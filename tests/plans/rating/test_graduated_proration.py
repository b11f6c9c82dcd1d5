"""Graduated prices of units that count for days only."""

from decimal import Decimal

from plans.rating import NOTHING, ProratedEvent, Usage, rate
from tests.plans.rating.prices import amount, graduated, tier, unit_amount

PRICE = graduated(tier(0, 5, "10", "100"), tier(6, None, "5", "50"))


def walk(*events: tuple[str, str]) -> Usage:
    return Usage.of_prorated_events([ProratedEvent(Decimal(units), Decimal(prorated)) for units, prorated in events])


def test_an_event_that_crosses_tiers_is_split_in_proportion() -> None:
    # 2.8 × 10, then half of 1.0 in each tier: 5 + 2.5; flat 150
    assert amount(PRICE, walk(("4", "2.8"), ("2", "1"))) == Decimal("185.5")


def test_units_taken_away_leave_the_tiers_that_they_were_in() -> None:
    # 35.5 as above; of -0.6 a third leaves the upper tier (-1), two thirds the lower one (-4); flats stay due
    usage = walk(("4", "2.8"), ("2", "1"), ("-3", "-0.6"))
    assert amount(PRICE, usage) == Decimal("180.5")
    assert unit_amount(PRICE, usage) == Decimal("60.166666666666667")  # by the 3 units left


def test_flat_amounts_follow_the_highest_level_ever_reached() -> None:
    assert amount(PRICE, walk(("6", "0"), ("-6", "0"))) == 150


def test_without_units_the_first_flat_amount_is_due() -> None:
    assert amount(PRICE, walk()) == 100


def test_units_below_zero_lie_in_the_first_tier() -> None:
    # Down to -3 and up to 1: (-3 + 4 × 30/31) × 10 is negative, 3 units were below zero
    free_first = graduated(tier(0, 2, "0"), tier(3, None, "150"))
    assert amount(free_first, walk(("-3", "-3"), ("4", "3.87"))) == 0


def test_a_negative_total_bills_nothing_flat_amounts_included() -> None:
    assert rate(PRICE, walk(("4", "1.6"), ("-100", "-33.33"))) == NOTHING


def test_prorated_units_without_events_count_as_one_event() -> None:
    # 10 units for half a period: 5 in each tier, half paid: 25 + 12.5 + 150
    assert amount(PRICE, Usage(Decimal(5), full_units=Decimal(10))) == Decimal("187.5")
