"""Laws of rating, over generated prices and usage."""

from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from billing_site.kernel.errors import ValidationFailed
from plans.rating import (
    ChargeModel,
    ChargeModelName,
    ProratedEvent,
    Rated,
    Usage,
    commitment_true_up_cents,
    normalized,
    parse_properties,
    rate,
    rate_in_advance,
)
from plans.rating.reader import decimal_of

amounts = st.decimals(min_value=0, max_value=10_000, places=4).map(lambda amount: format(amount, "f"))
units = st.decimals(min_value=0, max_value=10**6, places=3)
widths = st.lists(st.integers(1, 200), max_size=4)


@st.composite
def tier_bounds(draw: st.DrawFn, *, adjacent: bool | None = None) -> list[tuple[int, int | None]]:
    gap = 0 if (draw(st.booleans()) if adjacent is None else adjacent) else 1
    tops = list(accumulate(draw(widths)))
    starts = [0, *(top + gap for top in tops)]
    return list(zip(starts, [*tops, None], strict=True))


@st.composite
def tiers(draw: st.DrawFn, price: str, *, flats: bool = True) -> list[dict[str, Any]]:
    return [
        {"from_value": start, "to_value": end, price: draw(amounts), "flat_amount": draw(amounts) if flats else "0"}
        for start, end in draw(tier_bounds(adjacent=False if price == "rate" else None))
    ]


def properties_of(charge_model: ChargeModelName) -> st.SearchStrategy[dict[str, Any]]:
    match charge_model:
        case ChargeModelName.STANDARD:
            return st.fixed_dictionaries({"amount": amounts})
        case ChargeModelName.GRADUATED | ChargeModelName.VOLUME:
            return st.fixed_dictionaries({f"{charge_model}_ranges": tiers("per_unit_amount")})
        case ChargeModelName.GRADUATED_PERCENTAGE:
            return st.fixed_dictionaries({"graduated_percentage_ranges": tiers("rate")})
        case ChargeModelName.PACKAGE:
            sizes = {"package_size": st.integers(1, 1000), "free_units": st.integers(0, 1000)}
            return st.fixed_dictionaries({"amount": amounts, **sizes})
        case ChargeModelName.PERCENTAGE:
            free = {"free_units_per_events": st.integers(1, 5), "free_units_per_total_aggregation": amounts}
            limits = {"per_transaction_min_amount": amounts, "fixed_amount": amounts}
            return st.fixed_dictionaries({"rate": amounts}, optional={**free, **limits})
        case ChargeModelName.DYNAMIC:
            return st.just({})


keys = st.fixed_dictionaries(
    {},
    optional={
        "pricing_group_keys": st.lists(st.sampled_from(["region", "cloud"]), min_size=1, unique=True),
        "presentation_group_keys": st.just([{"value": "region", "options": {"display_in_invoice": True}}]),
    },
)
priced = st.sampled_from(ChargeModelName).flatmap(
    lambda name: st.builds(lambda own, shared: parse_properties(name, {**own, **shared}), properties_of(name), keys)
)
graduated = st.builds(
    lambda ranges: parse_properties("graduated", {"graduated_ranges": ranges}), tiers("per_unit_amount")
)
transactions = st.lists(st.decimals(min_value=0, max_value=1000, places=2), max_size=12)


def numbers_in(rated: Rated) -> list[object]:
    return [rated.amount, rated.unit_amount, *(field for step in rated.steps for field in step[1:])]


@given(priced)
def test_properties_survive_being_stored(model: ChargeModel) -> None:
    assert parse_properties(model.name, normalized(model)) == model
    assert normalized(parse_properties(model.name, normalized(model))) == normalized(model)


@given(priced, transactions)
def test_a_price_is_the_sum_of_its_steps_and_never_a_float(model: ChargeModel, values: list[Decimal]) -> None:
    rated = rate(model, Usage.of_transactions(values))
    assert rated.amount == sum(step.amount for step in rated.steps) >= 0
    assert not any(isinstance(number, float) for number in numbers_in(rated))


@given(priced, transactions, st.integers(0, 12))
def test_what_events_add_in_advance_adds_up_to_the_price(model: ChargeModel, values: list[Decimal], split: int) -> None:
    assume(model.name != ChargeModelName.VOLUME)
    before, after = Usage.of_transactions(values[:split]), Usage.of_transactions(values)
    assume(before.units > 0)
    added = rate_in_advance(model, after, before)
    assert added.amount == max(rate(model, after).amount - rate(model, before).amount, 0)


@given(graduated, units)
def test_tiers_hold_all_units(model: ChargeModel, quantity: Decimal) -> None:
    assert sum(step.units for step in rate(model, Usage(quantity)).steps) == quantity


@given(graduated, units, units)
def test_more_units_never_cost_less(model: ChargeModel, first: Decimal, second: Decimal) -> None:
    less, more = sorted((first, second))
    assert rate(model, Usage(less)).amount <= rate(model, Usage(more)).amount


@given(tiers("per_unit_amount", flats=False))
def test_without_flat_amounts_a_graduated_price_does_not_jump(ranges: list[dict[str, Any]]) -> None:
    model = parse_properties("graduated", {"graduated_ranges": ranges})
    step = Decimal("0.0001")
    for lower, upper in pairwise(ranges):
        edge = Decimal(lower["to_value"])
        rise = rate(model, Usage(edge + step)).amount - rate(model, Usage(edge)).amount
        assert rise == step * Decimal(upper["per_unit_amount"])


@given(tiers("per_unit_amount"))
def test_the_last_unit_of_a_volume_tier_is_priced_by_it_and_the_next_unit_is_not(ranges: list[dict[str, Any]]) -> None:
    model = parse_properties("volume", {"volume_ranges": ranges})
    for lower, upper in pairwise(ranges):
        for quantity, tier in ((Decimal(lower["to_value"]), lower), (Decimal(lower["to_value"] + 1), upper)):
            if tier is upper and upper["to_value"] is not None and quantity > upper["to_value"]:
                continue
            expected = quantity * Decimal(tier["per_unit_amount"]) + Decimal(tier["flat_amount"])
            assert rate(model, Usage(quantity)).amount == expected


@given(graduated, st.lists(units, max_size=8))
def test_unprorated_events_cost_what_their_total_costs(model: ChargeModel, quantities: list[Decimal]) -> None:
    walked = rate(model, Usage.of_prorated_events([ProratedEvent(quantity, quantity) for quantity in quantities]))
    at_once = rate(model, Usage(sum(quantities, Decimal(0))))
    assert abs(walked.amount - at_once.amount) < Decimal("1e-60")


@given(graduated, st.lists(units, min_size=1, max_size=8), st.integers(0, 31))
def test_prorated_tiers_hold_all_prorated_units(model: ChargeModel, quantities: list[Decimal], days: int) -> None:
    events = [ProratedEvent(quantity, quantity * days / 32) for quantity in quantities]
    rated = rate(model, Usage.of_prorated_events(events))
    in_tiers = sum((step.units for step in rated.steps), Decimal(0))
    assert abs(in_tiers - sum((event.prorated_units for event in events), Decimal(0))) < Decimal("1e-20")


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 31))
def test_fees_and_true_up_reach_the_minimum_commitment(commitment: int, fees: int, days: int) -> None:
    true_up = commitment_true_up_cents(commitment, fees, billed_days=days, period_days=31)
    assert true_up >= 0
    assert fees + true_up >= Decimal(commitment) * days / 31 - Decimal("0.5")


texts = st.text(alphabet="0129.-+e xN", max_size=6)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(texts, children, max_size=3),
    max_leaves=5,
)


@given(st.data(), st.sampled_from(ChargeModelName))
def test_any_json_gives_a_price_or_a_refusal(data: st.DataObject, charge_model: ChargeModelName) -> None:
    properties = data.draw(properties_of(charge_model))
    fields = data.draw(
        st.sampled_from([properties, *(rows[0] for rows in properties.values() if isinstance(rows, list))])
    )
    fields[data.draw(st.sampled_from(sorted(fields) or ["pricing_group_keys"]))] = data.draw(json_values)
    try:
        model = parse_properties(charge_model, properties)
    except ValidationFailed as refusal:
        assert refusal.details["properties"]
    else:
        assert rate(model, Usage(Decimal(3), events_count=1, transactions=[Decimal(3)])).amount >= 0


@given(st.floats(min_value=-(10**14), max_value=10**14))
def test_json_floats_are_read_through_their_text(value: float) -> None:
    number = decimal_of(value)
    assert number is None or format(number, "f") == format(Decimal(repr(value)), "f")
