"""Charge properties: what is accepted, refused, shown."""

from decimal import Decimal
from typing import Any

import pytest

from billing_site.kernel.errors import ValidationFailed
from plans.rating import ChargeModelName, Usage, default_properties, normalized, parse_properties, rate
from tests.plans.rating.prices import tier

PACKAGE = {"amount": "1", "package_size": 10, "free_units": 0}


def codes(charge_model: str, properties: Any) -> list[str]:
    with pytest.raises(ValidationFailed) as refusal:
        parse_properties(charge_model, properties)
    return refusal.value.details["properties"]


@pytest.mark.parametrize(
    "amount", ["", " ", "1e3", "NaN", "Infinity", "-1", ".5", "5.", "+1", "1,5", "١", True, None, [], {}]
)
def test_amounts_that_are_no_plain_numbers_are_refused(amount: object) -> None:
    assert codes("standard", {"amount": amount}) == ["invalid_amount"]


@pytest.mark.parametrize("amount", ["1" * 16, "0." + "1" * 26, 10**15, 1e15, float("nan"), float("inf")])
def test_amounts_with_too_many_digits_are_refused(amount: object) -> None:
    assert codes("standard", {"amount": amount}) == ["invalid_amount"]


@pytest.mark.parametrize(
    ("amount", "shown"), [("0.10", "0.10"), (3, "3"), (0.1, "0.1"), (1e-07, "0.0000001"), ("007", "7")]
)
def test_amounts_are_shown_as_they_were_written(amount: object, shown: str) -> None:
    assert normalized(parse_properties("standard", {"amount": amount})) == {"amount": shown}


def test_json_floats_are_priced_as_their_text() -> None:
    assert rate(parse_properties("standard", {"amount": 0.1}), Usage(Decimal(3))).amount == Decimal("0.3")


@pytest.mark.parametrize(
    "ranges",
    [
        [tier(1, None, "1")],  # does not start at 0
        [tier(0, 10, "1")],  # ends
        [tier(0, None, "1"), tier(1, None, "1")],  # goes on after the end
        [tier(0, 10, "1"), tier(12, None, "1")],  # a gap
        [tier(0, 10, "1"), tier(9, None, "1")],  # an overlap
        [tier(0, 10, "1"), tier(11, 5, "1"), tier(6, None, "1")],  # backwards
        [tier(0, "ten", "1"), tier(11, None, "1")],
        [tier(None, None, "1")],
        ["0-10"],
        "0-10",
        {"from_value": 0},
    ],
)
def test_tiers_that_do_not_cover_everything_once_are_refused(ranges: Any) -> None:
    assert "invalid_graduated_ranges" in codes("graduated", {"graduated_ranges": ranges})
    assert "invalid_volume_ranges" in codes("volume", {"volume_ranges": ranges})


def test_tiers_of_rates_must_cover_everything_once_too() -> None:
    ranges = [tier(0, 10, "1", key="rate"), tier(12, None, "1", key="rate")]
    properties = {"graduated_percentage_ranges": ranges}
    assert codes("graduated_percentage", properties) == ["invalid_graduated_percentage_ranges"]


@pytest.mark.parametrize("ranges", [None, []])
def test_tiers_are_mandatory(ranges: Any) -> None:
    assert codes("graduated", {"graduated_ranges": ranges}) == ["missing_graduated_ranges"]
    assert codes("volume", {"volume_ranges": ranges}) == ["missing_volume_ranges"]


@pytest.mark.parametrize("row", [tier(0, None, "-1"), tier(0, None, "1", "-1"), tier(0, None, "x"), {"from_value": 0}])
def test_amounts_of_tiers_are_checked(row: dict[str, Any]) -> None:
    assert codes("volume", {"volume_ranges": [row]}) == ["invalid_amount"]


def test_bounds_beyond_the_digits_of_a_json_number_are_refused() -> None:
    bound = "0.1234567890123456"
    ranges = [tier(0, bound, "1"), tier(bound, None, "1")]
    assert codes("graduated", {"graduated_ranges": ranges}) == ["invalid_graduated_ranges"]


def test_bounds_are_shown_as_numbers() -> None:
    ranges = [tier("0", "0.5", "1.50"), tier(0.5, None, "1")]
    shown = normalized(parse_properties("graduated", {"graduated_ranges": ranges}))
    assert shown == {"graduated_ranges": [tier(0, 0.5, "1.50"), tier(0.5, None, "1")]}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"package_size": 0}, "invalid_package_size"),
        ({"package_size": -1}, "invalid_package_size"),
        ({"package_size": 1.5}, "invalid_package_size"),
        ({"package_size": None}, "invalid_package_size"),
        ({"free_units": -1}, "invalid_free_units"),
        ({"free_units": None}, "invalid_free_units"),
        ({"amount": "-5"}, "invalid_amount"),
    ],
)
def test_packages_are_checked(changes: dict[str, Any], code: str) -> None:
    assert codes("package", {**PACKAGE, **changes}) == [code]


def test_every_bad_field_is_named_at_once() -> None:
    assert codes("package", {"amount": "x"}) == ["invalid_amount", "invalid_package_size", "invalid_free_units"]


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"rate": None}, "invalid_rate"),
        ({"rate": "-1"}, "invalid_rate"),
        ({"fixed_amount": "-1"}, "invalid_fixed_amount"),
        ({"free_units_per_events": 0}, "invalid_free_units_per_events"),
        ({"free_units_per_events": "two"}, "invalid_free_units_per_events"),
        ({"free_units_per_total_aggregation": "-1"}, "invalid_free_units_per_total_aggregation"),
        ({"per_transaction_min_amount": "-1"}, "invalid_amount"),
        (
            {"per_transaction_min_amount": "2", "per_transaction_max_amount": "1"},
            "per_transaction_max_lower_than_per_transaction_min",
        ),
    ],
)
def test_percentages_are_checked(properties: dict[str, Any], code: str) -> None:
    assert codes("percentage", {"rate": "1", **properties}) == [code]


def test_refusals_are_told_under_the_given_path() -> None:
    with pytest.raises(ValidationFailed) as refusal:
        parse_properties("standard", {"amount": "x"}, path="charges:0:properties")
    assert refusal.value.details == {"charges:0:properties": ["invalid_amount"]}


@pytest.mark.parametrize("charge_model", ["custom", "", "STANDARD", None])
def test_unknown_models_are_refused(charge_model: Any) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        parse_properties(charge_model, {})
    assert refusal.value.details == {"charge_model": ["value_is_invalid"]}


def test_properties_are_an_object() -> None:
    assert codes("standard", ["amount"]) == ["value_is_invalid"]


@pytest.mark.parametrize("charge_model", list(ChargeModelName))
def test_without_properties_nothing_is_charged(charge_model: ChargeModelName) -> None:
    model = parse_properties(charge_model, None)
    assert rate(model, Usage(Decimal(7), events_count=7)).amount == 0
    assert (
        parse_properties(charge_model, default_properties(charge_model)) == parse_properties(charge_model, {}) == model
    )


def test_defaults_are_a_copy() -> None:
    default_properties("volume")["volume_ranges"].clear()
    assert default_properties("volume")["volume_ranges"]


def test_grouping_keys_belong_to_every_model() -> None:
    keys = {
        "pricing_group_keys": ["region", "cloud"],
        "presentation_group_keys": [{"value": "team", "options": {"display_in_invoice": True}}, {"value": "user"}],
    }
    model = parse_properties("package", {**PACKAGE, **keys, "unknown": 1})
    assert model.grouping.pricing_group_keys == ("region", "cloud")
    assert normalized(model) == {**PACKAGE, **keys}


def test_the_former_name_of_grouping_keys_is_understood() -> None:
    model = parse_properties("dynamic", {"grouped_by": ["region"]})
    assert normalized(model) == {"pricing_group_keys": ["region"]}


@pytest.mark.parametrize(
    "keys",
    [
        {"pricing_group_keys": [1]},
        {"pricing_group_keys": {"a": 1}},
        {"pricing_group_keys": [" "]},
        {"presentation_group_keys": [{"value": None}]},
        {"presentation_group_keys": [{"value": "a", "options": {"display_in_invoice": "yes"}}]},
        {"presentation_group_keys": [{"value": "a", "options": "none"}]},
    ],
)
def test_grouping_keys_are_names(keys: dict[str, Any]) -> None:
    assert codes("standard", {"amount": "1", **keys}) == ["invalid_type"]
