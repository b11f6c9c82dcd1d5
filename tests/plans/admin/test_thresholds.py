"""Usage thresholds and features in the console."""

import pytest

from plans.models import UsageThreshold
from plans.services.entitlement import set_plan_entitlements
from plans.services.feature import create_feature
from tests.support.builders import an_organization
from tests.support.clock import instant
from tests.support.console import Console, words
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return an_organization(at=instant("2024-01-15"))


def amounts():
    live = UsageThreshold.objects.filter(deleted_at=None)
    return list(live.values_list("amount_cents", "recurring"))


def test_a_plans_thresholds_are_written_in_amounts(organization):
    plan = a_plan(organization)
    console = Console(organization)
    console.press(plan, "thresholds", amounts="100.00\n250", recurring="50")
    assert amounts() == [(10_000, False), (25_000, False), (5_000, True)]
    assert "250.00" in console.open("plans_plan_do_one", plan.pk, "thresholds")


@pytest.mark.parametrize("text", ["many", "-1", "0", "1.005", "1e99"])
def test_what_is_no_amount_is_refused_with_a_sentence(organization, text):
    plan = a_plan(organization)
    Console(organization).press(plan, "thresholds", amounts=text, recurring="", expect=200)
    assert amounts() == []


def test_the_page_of_a_subscription_shows_how_far_it_is(organization):
    plan = a_plan(organization, charges=[a_charge(a_metric(organization))])
    subscription = a_subscription(organization, plan, "subscription")
    console = Console(organization)
    console.press(subscription, "thresholds", amounts="200.00", recurring="")
    send(organization, an_event("tokens", 50))
    shown = words(console.show(subscription, tab="thresholds"))
    # 50.00 of 200.00
    assert "25 %" in shown
    assert "No alerts." in shown


def test_a_feature_shows_its_privileges_and_plans(organization):
    plan, at = a_plan(organization), organization.now()
    privileges = [{"code": "max", "value_type": "integer"}]
    feature = create_feature(organization=organization, at=at, code="seats", privileges=privileges)
    set_plan_entitlements(plan=plan, entitlements={"seats": {"max": 5}}, at=at, replaces=True)
    console = Console(organization)
    assert "seats" in console.open("plans_feature_changelist")
    shown = words(console.show(feature))
    assert "max integer" in shown
    assert plan.name in shown
    console.press(feature, "delete")
    assert "No features yet." in console.open("plans_feature_changelist")
