"""Creating, changing and deleting plans with their charges."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing_site.kernel.errors import NotFound, ValidationFailed
from plans import signals
from plans.models import Charge, Plan, Subscription
from plans.services.charge import create_charge, delete_charge, update_charge
from plans.services.plan import delete_plan, update_plan
from tests.support.builders import a_tax, an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric
from usage.models import UsageCode
from usage.services.billable_metric import delete_billable_metric

pytestmark = pytest.mark.django_db

LATER = instant("2024-02-01")


@pytest.fixture
def organization():
    return an_organization()


@pytest.fixture
def metric(organization):
    return a_metric(organization)


def codes(plan: Plan) -> list[str]:
    return list(plan.charges.filter(deleted_at__isnull=True).order_by("code").values_list("code", flat=True))


def prices(plan: Plan) -> dict[str, str]:
    live = plan.charges.filter(deleted_at__isnull=True)
    return {charge.code: charge.properties["amount"] for charge in live}


# --- Codes of charges ---


def test_a_charge_without_code_gets_its_metrics_then_a_number(organization, metric):
    plan = a_plan(organization, charges=[a_charge(metric), a_charge(metric), a_charge(metric)])
    assert codes(plan) == ["tokens", "tokens_2", "tokens_3"]


def test_a_derived_code_steps_aside_for_one_given_earlier(organization, metric):
    plan = a_plan(organization, charges=[a_charge(metric, code="tokens"), a_charge(metric)])
    assert codes(plan) == ["tokens", "tokens_2"]


def test_a_code_given_twice_is_refused(organization, metric):
    with pytest.raises(ValidationFailed) as refusal:
        a_plan(organization, charges=[a_charge(metric, code="x"), a_charge(metric, code="x")])
    assert refusal.value.details == {"code": ["value_already_exist"]}
    assert not Plan.objects.exists()


# --- Refusals leave nothing behind ---


def test_a_plan_code_is_taken_once(organization):
    a_plan(organization, "basic")
    with pytest.raises(ValidationFailed) as refusal:
        a_plan(organization, "basic")
    assert refusal.value.details == {"code": ["value_already_exist"]}


def test_another_organization_may_use_the_same_code(organization):
    a_plan(organization, "basic")
    a_plan(an_organization("Other"), "basic")
    assert Plan.objects.filter(code="basic").count() == 2


def test_a_metric_of_another_organization_is_not_found(organization):
    with pytest.raises(NotFound, match="billable_metric_not_found"):
        a_plan(organization, charges=[a_charge(a_metric(an_organization("Other")))])
    assert not Plan.objects.exists()


def test_an_unknown_tax_is_not_found(organization, metric):
    for wrong in ({"tax_codes": ["nope"]}, {"charges": [a_charge(metric, tax_codes=["nope"])]}):
        with pytest.raises(NotFound, match="tax_not_found"):
            a_plan(organization, **wrong)
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("accepts_target_wallet", True),
        ("applied_pricing_unit", {"code": "credit"}),
        ("charge_model", "custom"),
        ("charge_model", "nonsense"),
    ],
)
def test_a_price_that_is_not_billed_yet_is_refused_not_dropped(organization, metric, option, value):
    with pytest.raises(ValidationFailed) as refusal:
        a_plan(organization, charges=[a_charge(metric, **{option: value})])
    assert refusal.value.details == {option: ["value_is_invalid"]}
    assert not Charge.objects.exists()


def test_options_that_ask_for_nothing_are_accepted(organization, metric):
    charge = a_charge(metric, pay_in_advance=False, prorated=False, invoiceable=True, filters=[], min_amount_cents=0)
    plan = a_plan(organization, charges=[charge], fixed_charges=[], usage_thresholds=[], trial_period=0)
    assert codes(plan) == ["tokens"]


# --- Changing ---


def test_monthly_billing_is_for_long_intervals_only(organization):
    assert not a_plan(organization, interval="quarterly", bill_charges_monthly=True).bill_charges_monthly
    assert a_plan(organization, interval="yearly", bill_charges_monthly=True).bill_charges_monthly


def test_the_charges_of_an_update_replace_all_there_are(organization, metric):
    plan = a_plan(organization, charges=[a_charge(metric, "1", code="kept"), a_charge(metric, "2", code="gone")])
    kept = plan.charges.get(code="kept")
    update_plan(
        plan=plan,
        at=LATER,
        charges=[{"id": str(kept.pk), "properties": {"amount": "9"}}, a_charge(metric, "5", code="new")],
    )
    assert prices(plan) == {"kept": "9", "new": "5"}
    assert plan.charges.get(code="gone").deleted_at == LATER


def test_an_update_without_charges_leaves_them_alone(organization, metric):
    plan = a_plan(organization, charges=[a_charge(metric)])
    update_plan(plan=plan, at=LATER, name="Renamed")
    assert codes(plan) == ["tokens"]


def test_a_changed_charge_model_needs_its_own_price(organization, metric):
    plan = a_plan(organization, charges=[a_charge(metric, "7")])
    charge = plan.charges.get()
    update_charge(charge=charge, at=LATER, charge_model="package")
    charge.refresh_from_db()
    assert (charge.charge_model, charge.properties["amount"]) == ("package", "0")


def test_with_subscriptions_only_names_and_prices_change(organization, metric):
    plan = a_plan(organization, "basic", charges=[a_charge(metric, "1")])
    a_subscription(organization, plan)
    charge_fields = {"id": str(plan.charges.get().pk), "properties": {"amount": "3"}, "charge_model": "standard"}
    changed = update_plan(
        plan=plan, at=LATER, name="New", amount_cents=50, code="other", interval="yearly", charges=[charge_fields]
    )
    assert (changed.name, changed.amount_cents) == ("New", 50)
    assert (changed.code, changed.interval) == ("basic", "monthly")
    assert prices(plan) == {"tokens": "3"}


def test_with_subscriptions_a_price_must_fit_the_model_that_stays(organization, metric):
    plan = a_plan(organization, charges=[a_charge(metric, "1")])
    a_subscription(organization, plan)
    package = {"charge_model": "package", "properties": {"package_size": 10, "free_units": 0}}
    with pytest.raises(ValidationFailed) as refusal:
        update_charge(charge=plan.charges.get(), at=LATER, **package)
    assert refusal.value.details == {"properties": ["invalid_amount"]}
    assert prices(plan) == {"tokens": "1"}


def test_taxes_are_replaced_when_given(organization, metric):
    a_tax(organization, "vat")
    a_tax(organization, "city")
    plan = a_plan(organization, tax_codes=["vat"], charges=[a_charge(metric, tax_codes=["vat", "city"])])
    charge = plan.charges.get()
    assert sorted(tax.code for tax in charge.taxes.all()) == ["city", "vat"]
    update_plan(plan=plan, at=LATER, tax_codes=["city"], charges=[{"id": str(charge.pk), "tax_codes": []}])
    assert [tax.code for tax in plan.taxes.all()] == ["city"]
    assert not charge.taxes.exists()


def test_charges_come_and_go_one_by_one(organization, metric):
    plan = a_plan(organization)
    charge = create_charge(plan=plan, at=LATER, **a_charge(metric, "4"))
    assert prices(plan) == {"tokens": "4"}
    delete_charge(charge=charge, at=LATER)
    assert codes(plan) == []
    create_charge(plan=plan, at=LATER, **a_charge(metric, "5"))
    assert prices(plan) == {"tokens": "5"}


def test_changes_are_announced_with_the_plan(organization, metric, announced):
    plan = a_plan(organization)
    update_plan(plan=plan, at=LATER, name="Renamed")
    create_charge(plan=plan, at=LATER, **a_charge(metric))
    heard = announced(signals.plan_updated)
    assert [(each["plan"], each["at"]) for each in heard] == [(plan, LATER), (plan, LATER)]


def test_usage_is_kept_apart_by_the_keys_that_prices_group_by(organization, metric):
    grouped = a_charge(metric, properties={"amount": "1", "pricing_group_keys": ["region", "cloud"]})
    plan = a_plan(organization, charges=[grouped])
    code = UsageCode.objects.get(organization=organization, code="tokens")
    assert code.dimension_keys == ["cloud", "region"]
    update_charge(charge=plan.charges.get(), at=LATER, properties={"amount": "1", "pricing_group_keys": ["tier"]})
    code.refresh_from_db()
    assert code.dimension_keys == ["cloud", "region", "tier"]


# --- Deleting ---


def test_a_deleted_metric_takes_its_charges_along(organization, metric, announced):
    plan = a_plan(organization, charges=[a_charge(metric), a_charge(a_metric(organization, "seats"))])
    delete_billable_metric(metric=metric, at=LATER)
    assert codes(plan) == ["seats"]
    assert [each["plan"] for each in announced(signals.plan_updated)] == [plan]


def test_a_deleted_plan_ends_its_subscriptions_and_frees_its_code(organization):
    plan = a_plan(organization, "basic")
    active = a_subscription(organization, plan)
    pending = a_subscription(organization, plan, subscription_at=instant("2024-06-01"))
    delete_plan(plan=plan, at=LATER)
    statuses = dict(Subscription.objects.values_list("pk", "status"))
    assert statuses == {active.pk: "terminated", pending.pk: "canceled"}
    a_plan(organization, "basic")


# --- A constant number of statements ---


def test_twenty_charges_cost_as_many_statements_as_two(organization):
    metrics = [a_metric(organization, f"metric-{number}") for number in range(20)]
    counts = [statements_of(organization, [a_charge(metric) for metric in metrics[:n]]) for n in (2, 20)]
    assert counts[0] == counts[1]


def statements_of(organization, charges) -> int:
    with CaptureQueriesContext(connection) as captured:
        a_plan(organization, charges=charges)
    return len(captured)
