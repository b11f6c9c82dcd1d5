"""Prices of units that nobody has used yet."""

from decimal import Decimal
from typing import Any

import pytest

from billing_site.kernel.errors import ValidationFailed
from plans.rating import ChargeQuote, PlanQuote, Sample, Usage, parse_properties, price_curve, price_sample, rate

TIERS = [
    {"from_value": 0, "to_value": 10, "per_unit_amount": "5", "flat_amount": "100"},
    {"from_value": 11, "to_value": None, "per_unit_amount": "1", "flat_amount": "0"},
]
PACKAGE = {"amount": "5", "package_size": 100, "free_units": 50}


def amount(model: str, properties: dict[str, Any], sample: Sample, currency: str = "EUR") -> int:
    return price_sample(parse_properties(model, properties), sample, currency).amount_cents


def test_units_cost_what_a_fee_of_them_would() -> None:
    # 10 × 5 + 100 + 2 × 1
    assert amount("graduated", {"graduated_ranges": TIERS}, Sample(Decimal(12))) == 15_200
    # ceil(150 / 100) × 5
    assert amount("package", PACKAGE, Sample(Decimal(200))) == 1_000
    # 0.5 rounds up once
    assert amount("standard", {"amount": "0.5"}, Sample(Decimal(1)), "JPY") == 1


def test_a_percentage_has_events_of_one_size() -> None:
    # 4 events of 250: 2.50 each, of which at most 2 is charged
    limited = {"rate": "1", "per_transaction_max_amount": "2"}
    assert amount("percentage", limited, Sample(Decimal(1000), events_count=4)) == 800
    # 1000 × 1 % + 4 × 0.10
    assert amount("percentage", {"rate": "1", "fixed_amount": "0.1"}, Sample(Decimal(1000), events_count=4)) == 1040


def test_parts_that_do_not_divide_still_add_up() -> None:
    # Of 3 × 33.33…: the first one is free
    free = {"rate": "100", "free_units_per_events": 1}
    assert amount("percentage", free, Sample(Decimal(100), events_count=3)) == 6_667


def test_every_unit_of_a_counted_metric_is_an_event() -> None:
    # (5 - 2 free) × 0.10
    fixed = {"rate": "0", "fixed_amount": "0.1", "free_units_per_events": 2}
    assert amount("percentage", fixed, Sample(Decimal(5), counted=True)) == 30


def test_dynamic_costs_what_the_events_bring() -> None:
    assert amount("dynamic", {}, Sample(Decimal(3), event_amounts=Decimal("12.34"))) == 1234


def test_too_many_events_are_refused_where_each_is_priced() -> None:
    with pytest.raises(ValidationFailed):
        amount("percentage", {"rate": "1", "free_units_per_events": 1}, Sample(Decimal(1), events_count=5_001))


@pytest.mark.parametrize(
    ("model", "properties"),
    [("graduated", {"graduated_ranges": TIERS}), ("volume", {"volume_ranges": TIERS}), ("package", PACKAGE)],
)
def test_the_curve_is_what_rating_says_at_each_of_its_points(model: str, properties: dict[str, Any]) -> None:
    price = parse_properties(model, properties)
    curve = price_curve(price, Sample(Decimal(0)), "EUR", up_to=price.telling_units)
    assert [point.amount for point in curve] == [rate(price, Usage(point.units)).amount for point in curve]
    assert (curve[0].units, curve[-1].units) == (0, price.telling_units)
    assert curve == sorted(curve)


def test_the_curve_has_both_sides_of_a_jump() -> None:
    price = parse_properties("package", PACKAGE)
    curve = dict(price_curve(price, Sample(Decimal(0)), "EUR", up_to=Decimal(400)))
    # 50 free, one package up to 150, the second one just above
    assert (curve[Decimal(50)], curve[Decimal("50.04")], curve[Decimal(150)], curve[Decimal("150.04")]) == (0, 5, 5, 10)


def test_a_plan_adds_up_its_fees_and_minimums() -> None:
    charges = [ChargeQuote([1000, 500], minimum_cents=2000), ChargeQuote([300])]
    quote = PlanQuote(3000, charges, [700], commitment_cents=10_000)
    # 3000 + (1500 up to 2000) + 300 + 700
    assert quote.fees_cents == 6_000
    assert (quote.commitment_true_up_cents, quote.total_cents) == (4_000, 10_000)
    assert PlanQuote(3000, charges, [700], commitment_cents=5_000).total_cents == 6_000
