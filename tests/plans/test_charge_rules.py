"""Which charges can be billed: charge model × aggregation × options."""

import pytest

from billing_site.kernel.errors import ValidationFailed
from plans.models import Charge
from plans.services.charge_rules import settle_price
from usage.models import BillableMetric

SUM = {"aggregation_type": "sum_agg", "field_name": "value"}
RECURRING_SUM = {**SUM, "recurring": True}
COUNT = {"aggregation_type": "count_agg"}
MAX = {"aggregation_type": "max_agg", "field_name": "value"}
LATEST = {"aggregation_type": "latest_agg", "field_name": "value"}
UNIQUE = {"aggregation_type": "unique_count_agg", "field_name": "value"}
WEIGHTED = {"aggregation_type": "weighted_sum_agg", "field_name": "value", "recurring": True}


def settled(metric: dict, charge_model: str = "standard", **options) -> Charge:
    charge = Charge(billable_metric=BillableMetric(**metric), charge_model=charge_model, **options)
    settle_price(charge)
    return charge


REFUSED = [
    ("max in advance", MAX, "standard", {"pay_in_advance": True}, "pay_in_advance"),
    ("latest in advance", LATEST, "standard", {"pay_in_advance": True}, "pay_in_advance"),
    ("weighted sum in advance", WEIGHTED, "standard", {"pay_in_advance": True}, "pay_in_advance"),
    ("volume in advance", SUM, "volume", {"pay_in_advance": True}, "pay_in_advance"),
    ("percentage of the latest value", LATEST, "percentage", {}, "charge_model"),
    ("dynamic without a sum", COUNT, "dynamic", {}, "charge_model"),
    ("prorated without carried-over units", SUM, "standard", {"prorated": True}, "prorated"),
    ("prorated weighted sum", WEIGHTED, "standard", {"prorated": True}, "prorated"),
    ("prorated package", RECURRING_SUM, "package", {"prorated": True}, "prorated"),
    (
        "prorated graduated in advance",
        RECURRING_SUM,
        "graduated",
        {"prorated": True, "pay_in_advance": True},
        "prorated",
    ),
    ("not invoiceable in arrears", SUM, "standard", {"invoiceable": False}, "invoiceable"),
    (
        "a minimum in advance",
        SUM,
        "standard",
        {"min_amount_cents": 100, "pay_in_advance": True},
        "min_amount_cents",
    ),
    ("regrouping invoiced fees", SUM, "standard", {"regroup_paid_fees": "invoice"}, "regroup_paid_fees"),
]


@pytest.mark.parametrize(
    ("metric", "model", "options", "field"), [row[1:] for row in REFUSED], ids=[r[0] for r in REFUSED]
)
def test_a_combination_that_cannot_be_billed_is_refused_on_its_field(metric, model, options, field):
    with pytest.raises(ValidationFailed) as refusal:
        settled(metric, model, **options)
    assert list(refusal.value.details) == [field]


@pytest.mark.parametrize(
    ("metric", "model", "options"),
    [
        (COUNT, "standard", {"pay_in_advance": True}),
        (UNIQUE, "percentage", {"pay_in_advance": True}),
        (RECURRING_SUM, "volume", {"prorated": True}),
        (RECURRING_SUM, "standard", {"prorated": True, "pay_in_advance": True}),
        (SUM, "dynamic", {}),
        (SUM, "standard", {"pay_in_advance": True, "invoiceable": False, "regroup_paid_fees": "invoice"}),
        (MAX, "package", {}),
    ],
)
def test_other_combinations_are_accepted(metric, model, options):
    settled(metric, model, **options)


def test_all_broken_rules_are_named_at_once():
    with pytest.raises(ValidationFailed) as refusal:
        settled(MAX, pay_in_advance=True, prorated=True)
    assert refusal.value.details == {
        "pay_in_advance": ["invalid_aggregation_type_or_charge_model"],
        "prorated": ["invalid_billable_metric_or_charge_model"],
    }


def test_without_properties_a_charge_costs_nothing():
    assert settled(SUM).properties == {"amount": "0"}


def test_the_former_name_of_the_group_keys_becomes_the_present_one():
    charge = settled(SUM, properties={"amount": "1", "grouped_by": ["region"]})
    assert charge.properties == {"amount": "1", "pricing_group_keys": ["region"]}


def test_a_charge_needs_a_model():
    with pytest.raises(ValidationFailed) as refusal:
        settled(SUM, charge_model="")
    assert refusal.value.details == {"charge_model": ["value_is_mandatory"]}


def test_a_wrong_price_is_refused_with_the_codes_of_its_model():
    with pytest.raises(ValidationFailed) as refusal:
        settled(SUM, "graduated", properties={"graduated_ranges": []})
    assert refusal.value.details == {"properties": ["missing_graduated_ranges"]}
