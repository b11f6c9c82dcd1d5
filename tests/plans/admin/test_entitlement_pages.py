"""Entitlements of plans and subscriptions, ticked in a dialog."""

from typing import Any

import pytest

from customers.models import Organization
from plans.models import Entitlement, Feature, Plan, Subscription
from plans.queries import plan_entitlements, subscription_entitlements
from plans.services.feature import create_feature
from tests.support.builders import an_organization
from tests.support.console import Console, errors_in
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db
SEATS = {"code": "max", "value_type": "integer"}
LEVEL = {"code": "level", "value_type": "select", "config": {"select_options": ["basic", "gold"]}}


@pytest.fixture
def organization() -> Organization:
    organization = an_organization()
    at = organization.now()
    create_feature(organization=organization, at=at, code="seats", name="Seats", privileges=[SEATS])
    create_feature(organization=organization, at=at, code="support", name="Support", privileges=[LEVEL])
    return organization


def ticked(**values: Any) -> dict[str, Any]:
    """``ticked(seats={"max": 5})``: the fields of the dialog."""
    found: dict[str, Any] = {}
    for code, privileges in values.items():
        feature = Feature.objects.get(code=code)
        found[f"feature-{feature.pk}"] = "on"
        for name, value in privileges.items():
            found[f"privilege-{feature.privileges.get(code=name).pk}"] = value
    return found


def said(entitled: Any) -> dict[str, dict[str, str]]:
    return {each.feature.code: {p.code: each.values[p.pk] for p in each.privileges} for each in entitled}


def of_subscription(subscription: Subscription) -> dict[str, dict[str, str]]:
    return said(subscription_entitlements(Subscription.objects.select_related("plan__parent").get(pk=subscription.pk)))


def test_a_plan_entitles_to_what_is_ticked_and_to_nothing_else(organization: Organization) -> None:
    console, plan = Console(organization), a_plan(organization)
    console.press(plan, "entitlements", **ticked(seats={"max": "5"}, support={}))
    assert said(plan_entitlements(plan)) == {"seats": {"max": "5"}, "support": {}}
    console.press(plan, "entitlements", **ticked(support={"level": "gold"}))
    assert said(plan_entitlements(plan)) == {"support": {"level": "gold"}}


def test_a_subscription_has_otherwise_only_what_differs(organization: Organization) -> None:
    console, plan = Console(organization), a_plan(organization)
    console.press(plan, "entitlements", **ticked(seats={"max": "5"}, support={"level": "basic"}))
    subscription = a_subscription(organization, plan)
    console.press(subscription, "entitlements", **ticked(seats={"max": "9"}))
    assert of_subscription(subscription) == {"seats": {"max": "9"}}
    # The plan's own word still reaches what was not said otherwise.
    console.press(subscription, "entitlements", **ticked(seats={}, support={"level": "basic"}))
    assert of_subscription(subscription) == {"seats": {}, "support": {"level": "basic"}}
    assert said(plan_entitlements(plan)) == {"seats": {"max": "5"}, "support": {"level": "basic"}}


def test_what_is_the_plans_stays_the_plans(organization: Organization) -> None:
    console, plan = Console(organization), a_plan(organization)
    console.press(plan, "entitlements", **ticked(seats={"max": "5"}))
    subscription = a_subscription(organization, plan)
    console.press(subscription, "entitlements", **ticked(seats={"max": "5"}))
    assert not Entitlement.objects.filter(subscription=subscription).exists()


def test_a_value_of_another_type_is_refused_at_its_field(organization: Organization) -> None:
    plan = a_plan(organization)
    for answers in (ticked(seats={"max": "many"}), ticked(support={"level": "platinum"})):
        refused = Console(organization).press(plan, "entitlements", expect=200, **answers)
        assert len(errors_in(refused.content.decode())) == 1
    assert not Entitlement.objects.exists()


def test_features_of_another_organization_are_not_offered(organization: Organization) -> None:
    strangers = an_organization("Strangers")
    page = Console(strangers).open("plans_plan_do_one", a_plan(strangers).pk, "entitlements")
    assert "Seats" not in page
    assert Plan.objects.count() == 1
