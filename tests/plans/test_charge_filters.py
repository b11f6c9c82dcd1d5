"""Prices of their own for some of a charge's events."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing_site.kernel.errors import ValidationFailed
from plans import signals
from plans.models import Charge, ChargeFilter, Plan
from plans.queries import charges_of
from plans.rating.filters import ALL_VALUES
from plans.services.charge import create_charge_filter, update_charge
from plans.services.plan import update_plan
from tests.support.builders import an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric
from usage.models import UsageCode
from usage.services.billable_metric import update_billable_metric

pytestmark = pytest.mark.django_db

LATER = instant("2024-02-01")
REGIONS = {"key": "region", "values": ["eu", "us", "asia"]}
SIZES = {"key": "size", "values": ["s", "l"]}


@pytest.fixture
def organization():
    return an_organization()


@pytest.fixture
def metric(organization):
    return a_metric(organization, filters=[REGIONS, SIZES])


def priced(amount: str, **values: list[str]) -> dict:
    return {"values": values, "properties": {"amount": amount}}


def filters(plan: Plan) -> list[tuple[dict, str]]:
    (charge,) = charges_of(plan)
    return [(each.values, each.properties["amount"]) for each in charge.filters.all()]


def refusal_of(organization, metric, *given: dict) -> dict:
    with pytest.raises(ValidationFailed) as refusal:
        a_plan(organization, charges=[a_charge(metric, filters=given)])
    assert not ChargeFilter.objects.exists()
    return refusal.value.details


def test_a_charge_is_made_with_its_filters_in_the_order_given(organization, metric):
    given = [priced("2", region=["eu"], size=["s"]), priced("3", region=["eu"]), priced("4", size=[ALL_VALUES])]
    plan = a_plan(organization, charges=[a_charge(metric, filters=given)])
    assert filters(plan) == [
        ({"region": ["eu"], "size": ["s"]}, "2"),
        ({"region": ["eu"]}, "3"),
        ({"size": [ALL_VALUES]}, "4"),
    ]


def test_a_filter_without_price_costs_nothing(organization, metric):
    plan = a_plan(organization, charges=[a_charge(metric, filters=[{"values": {"region": ["eu"]}}])])
    assert filters(plan) == [({"region": ["eu"]}, "0")]


def test_the_same_filter_twice_is_refused(organization, metric):
    """The later one would never price anything; the order of values makes no difference."""
    given = [priced("2", region=["eu", "us"]), priced("3", region=["us", "eu"])]
    assert refusal_of(organization, metric, *given) == {"filters.1.values": ["value_is_duplicated"]}


def test_of_filters_that_become_the_same_the_older_one_stays(organization, metric):
    given = [priced("2", region=["eu", "us"]), priced("3", region=["eu"])]
    plan = a_plan(organization, charges=[a_charge(metric, filters=given)])
    update_billable_metric(metric=metric, at=LATER, filters=[{"key": "region", "values": ["eu"]}])
    assert filters(plan) == [({"region": ["eu"]}, "2")]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "value_is_mandatory"),
        ({"region": []}, "value_is_mandatory"),
        ({"region": ["mars"]}, "value_is_invalid"),
        ({"colour": ["red"]}, "value_is_invalid"),
        ({"colour": [ALL_VALUES]}, "value_is_invalid"),
        ({"region": [ALL_VALUES, "eu"]}, "value_is_invalid"),
    ],
)
def test_values_that_the_metric_does_not_list_are_refused(organization, metric, given, code):
    assert refusal_of(organization, metric, priced("1", **given)) == {"filters.0.values": [code]}


def test_a_price_is_read_by_the_charges_model(organization, metric):
    wrong = {"values": {"region": ["eu"]}, "properties": {"amount": "-1"}}
    faults = refusal_of(organization, metric, priced("1", region=["us"]), wrong)
    assert faults == {"filters.1.properties": ["invalid_amount"]}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"region": ["eu", "us"]}, {"region": ["us", "asia"]}),
        # region=eu, size=s would match both, and neither lies within the other.
        ({"region": ["eu"], "size": [ALL_VALUES]}, {"region": [ALL_VALUES], "size": ["s"]}),
    ],
)
def test_filters_that_overlap_only_partly_are_refused(organization, metric, one, other):
    faults = refusal_of(organization, metric, priced("1", **one), priced("2", **other))
    assert faults == {"filters.1.values": ["values_overlap_partly"]}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"region": ["eu"]}, {"region": ["eu", "us"]}),
        ({"region": ["eu"]}, {"region": [ALL_VALUES]}),
        ({"region": ["eu"]}, {"region": ["us"]}),
        ({"region": ["eu", "us"]}, {"region": ["us", "asia"], "size": ["s"]}),
    ],
)
def test_filters_of_which_one_clearly_goes_first_are_accepted(organization, metric, one, other):
    plan = a_plan(organization, charges=[a_charge(metric, filters=[priced("1", **one), priced("2", **other)])])
    assert filters(plan) == [(one, "1"), (other, "2")]


# --- Changing ---


@pytest.fixture
def plan(organization, metric):
    given = [priced("2", region=["eu", "us"]), priced("3", region=["asia"])]
    return a_plan(organization, charges=[a_charge(metric, filters=given)])


def test_the_filters_of_an_update_replace_all_there_are(plan):
    before = {each.values["region"][0]: each for each in ChargeFilter.objects.all()}
    charge = plan.charges.get()
    update_charge(charge=charge, at=LATER, filters=[priced("9", region=["us", "eu"]), priced("5", size=["l"])])
    assert filters(plan) == [({"region": ["us", "eu"]}, "9"), ({"size": ["l"]}, "5")]
    # The same values in another order are the same filter.
    assert ChargeFilter.objects.get(properties={"amount": "9"}).pk == before["eu"].pk
    assert ChargeFilter.objects.get(pk=before["asia"].pk).deleted_at == LATER


def test_an_update_without_filters_leaves_them_alone(plan):
    update_charge(charge=plan.charges.get(), at=LATER, properties={"amount": "7"})
    assert len(filters(plan)) == 2


def test_an_empty_list_takes_all_filters_away(plan):
    update_charge(charge=plan.charges.get(), at=LATER, filters=[])
    assert filters(plan) == []


def test_a_changed_charge_model_takes_the_filters_prices_with_it(plan):
    update_charge(charge=plan.charges.get(), at=LATER, charge_model="package")
    assert filters(plan) == []


def test_filters_change_although_there_are_subscriptions(organization, plan):
    a_subscription(organization, plan)
    charge = plan.charges.get()
    update_plan(plan=plan, at=LATER, charges=[{"id": str(charge.pk), "filters": [priced("8", region=["eu"])]}])
    assert filters(plan) == [({"region": ["eu"]}, "8")]


def test_a_new_filter_may_not_overlap_partly_with_another(plan):
    with pytest.raises(ValidationFailed) as refusal:
        create_charge_filter(charge=plan.charges.get(), at=LATER, **priced("1", region=["us", "asia"]))
    assert refusal.value.details == {"values": ["values_overlap_partly"]}


def test_filters_cost_a_constant_number_of_statements(organization, metric):
    counts = []
    for number in (2, 20):
        with CaptureQueriesContext(connection) as captured:
            a_plan(organization, charges=[a_charge(metric, filters=[priced("1", region=["eu"])])] * number)
        counts.append(len(captured))
    assert counts[0] == counts[1]


# --- What usage is told, and what the metric says ---


def test_usage_is_kept_apart_by_the_groups_of_filters_and_of_fees(organization, metric):
    grouped = {"amount": "1", "pricing_group_keys": ["team"]}
    shown = {"amount": "1", "presentation_group_keys": [{"value": "user"}, "project"]}
    charge = a_charge(metric, properties=shown, filters=[{"values": {"region": ["eu"]}, "properties": grouped}])
    a_plan(organization, charges=[charge])
    code = UsageCode.objects.get(organization=organization, code="tokens")
    assert code.dimension_keys == ["project", "region", "size", "team", "user"]


def test_a_value_that_the_metric_loses_goes_out_of_the_filters(plan, metric, announced):
    update_billable_metric(metric=metric, at=LATER, filters=[{"key": "region", "values": ["us"]}, SIZES])
    # {eu, us} keeps us; {asia} is left with nothing and goes.
    assert filters(plan) == [({"region": ["us"]}, "2")]
    assert [heard["plan"] for heard in announced(signals.plan_updated)] == [plan]


def test_all_values_stay_all_values_while_the_metric_has_the_key(organization, metric):
    plan = a_plan(organization, charges=[a_charge(metric, filters=[priced("2", region=[ALL_VALUES])])])
    update_billable_metric(metric=metric, at=LATER, filters=[{"key": "region", "values": ["moon"]}])
    assert filters(plan) == [({"region": [ALL_VALUES]}, "2")]
    update_billable_metric(metric=metric, at=LATER, filters=[SIZES])
    assert filters(plan) == []


def test_new_values_of_the_metric_touch_no_filter(plan, metric, announced):
    more = {"key": "region", "values": [*REGIONS["values"], "africa"]}
    update_billable_metric(metric=metric, at=LATER, filters=[more, SIZES])
    assert len(filters(plan)) == 2
    assert announced(signals.plan_updated) == []


def test_charges_of_other_metrics_keep_their_filters(organization, plan):
    other = a_metric(organization, "other", filters=[REGIONS])
    update_billable_metric(metric=other, at=LATER, filters=[])
    assert len(filters(plan)) == 2
    assert Charge.objects.count() == 1
