"""Usage thresholds: of plans, of their overrides, of single subscriptions."""

import pytest
from django.db import IntegrityError

from billing_site.kernel.errors import ValidationFailed
from plans.models import Subscription, UsageThreshold
from plans.queries import applicable_thresholds, with_applicable_thresholds, with_progressive_billing
from plans.services.plan import update_plan
from plans.services.subscription import update_subscription
from tests.support.api import ApiClient
from tests.support.builders import an_organization
from tests.support.clock import instant
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db

NOW = instant("2024-01-15T10:00:00Z")
LATER = instant("2024-01-16")


@pytest.fixture
def organization():
    return an_organization(at=NOW)


def thresholds(*amounts, recurring=None):
    fixed = [{"amount_cents": amount} for amount in amounts]
    return [*fixed, {"amount_cents": recurring, "recurring": True}] if recurring else fixed


def applicable(subscription):
    shown = with_applicable_thresholds(Subscription.objects.filter(pk=subscription.pk)).get()
    return [(each.amount_cents, each.recurring) for each in applicable_thresholds(shown)]


def test_a_plans_thresholds_come_back_by_amount_and_the_recurring_one_last(organization):
    api = ApiClient(organization)
    plan = a_plan(organization, usage_thresholds=thresholds(300, 100, recurring=50))
    shown = api.get(f"/plans/{plan.code}")["plan"]["usage_thresholds"]
    assert [(each["amount_cents"], each["recurring"]) for each in shown] == [(100, False), (300, False), (50, True)]


def test_replaced_thresholds_keep_those_that_are_the_same(organization):
    plan = a_plan(organization, usage_thresholds=thresholds(100, 300))
    kept = UsageThreshold.objects.get(amount_cents=100)
    named = [{"amount_cents": 100, "threshold_display_name": "First"}, {"amount_cents": 500}]
    update_plan(plan=plan, at=LATER, usage_thresholds=named)
    live = UsageThreshold.objects.filter(deleted_at=None)
    assert list(live.values_list("amount_cents", "threshold_display_name")) == [(100, "First"), (500, "")]
    assert live.first() == kept
    assert UsageThreshold.objects.get(amount_cents=300).deleted_at == LATER


def test_no_thresholds_take_them_all_away_and_none_given_leave_them(organization):
    plan = a_plan(organization, usage_thresholds=thresholds(100))
    update_plan(plan=plan, at=LATER, name="Renamed")
    assert plan.usage_thresholds.filter(deleted_at=None).count() == 1
    update_plan(plan=plan, at=LATER, usage_thresholds=[])
    assert plan.usage_thresholds.filter(deleted_at=None).count() == 0


@pytest.mark.parametrize(
    "wanted", [thresholds(100, 100), [{"amount_cents": each, "recurring": True} for each in (100, 200)]]
)
def test_no_amount_twice_and_only_one_recurs(organization, wanted):
    with pytest.raises(ValidationFailed) as refusal:
        a_plan(organization, usage_thresholds=wanted)
    assert refusal.value.details == {"usage_thresholds": ["value_already_exist"]}


def test_a_fixed_and_the_recurring_threshold_may_be_of_one_amount(organization):
    plan = a_plan(organization, usage_thresholds=thresholds(100, recurring=100))
    assert plan.usage_thresholds.count() == 2


@pytest.mark.parametrize("amount", [0, -1, None, "x"])
def test_an_amount_is_more_than_nothing(organization, amount):
    api = ApiClient(organization)
    body = {"name": "p", "code": "p", "interval": "monthly", "amount_cents": 0, "amount_currency": "EUR"}
    refusal = api.post("/plans", {"plan": {**body, "usage_thresholds": [{"amount_cents": amount}]}}, expect=422)
    assert list(refusal["error_details"]) == ["usage_thresholds.0.amount_cents"]


def test_a_subscriptions_own_thresholds_take_the_place_of_its_plans(organization):
    plan = a_plan(organization, usage_thresholds=thresholds(100))
    assert applicable(a_subscription(organization, plan)) == [(100, False)]
    own = a_subscription(organization, plan, usage_thresholds=thresholds(700))
    assert applicable(own) == [(700, False)]
    update_subscription(subscription=own, at=LATER, usage_thresholds=[])
    assert applicable(own) == [(100, False)]


def test_overrides_of_a_plan_have_its_thresholds_unless_they_name_others(organization):
    plan = a_plan(organization, usage_thresholds=thresholds(100))
    same = a_subscription(organization, plan, plan_overrides={"amount_cents": 1})
    other = a_subscription(organization, plan, plan_overrides={"usage_thresholds": thresholds(recurring=900)})
    assert applicable(same) == [(100, False)]
    assert applicable(other) == [(900, True)]


def test_progressive_billing_can_be_disabled_for_a_subscription(organization):
    subscription = a_subscription(organization, a_plan(organization, usage_thresholds=thresholds(100)))
    everyone = Subscription.objects.all()
    assert list(with_progressive_billing(everyone)) == [subscription]
    update_subscription(subscription=subscription, at=LATER, progressive_billing_disabled=True)
    assert applicable(subscription) == []
    assert not with_progressive_billing(everyone).exists()


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"amount_cents": 0}, "usage_threshold_amount_cents_gt_0"),
        ({"subscription": None, "plan": None}, "usage_threshold_has_one_owner"),
        ({"amount_cents": 100}, "usage_threshold_once_per_plan"),
        ({"amount_cents": 60, "recurring": True}, "usage_threshold_one_recurring_per_plan"),
    ],
)
def test_the_database_keeps_thresholds_apart(organization, values, constraint):
    plan = a_plan(organization, usage_thresholds=thresholds(100, recurring=50))
    with pytest.raises(IntegrityError, match=constraint):
        UsageThreshold.objects.create(**{"plan": plan, "amount_cents": 1, "created_at": NOW, **values})


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"amount_cents": 100}, "usage_threshold_once_per_subscription"),
        ({"amount_cents": 60, "recurring": True}, "usage_threshold_one_recurring_per_subscription"),
    ],
)
def test_the_database_keeps_thresholds_of_a_subscription_apart(organization, values, constraint):
    own = a_subscription(organization, usage_thresholds=thresholds(100, recurring=50))
    with pytest.raises(IntegrityError, match=constraint):
        UsageThreshold.objects.create(subscription=own, created_at=NOW, **values)
