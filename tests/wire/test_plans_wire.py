"""Plans, charges and subscriptions on the wire, field by field."""

import pytest
from lago_python_client.models.charge import ChargeResponse
from lago_python_client.models.fixed_charge import FixedChargeResponse
from lago_python_client.models.minimum_commitment import MinimumCommitmentResponse
from lago_python_client.models.plan import PlanResponse
from lago_python_client.models.subscription import SubscriptionResponse

from plans.models import ChargeFilter, Subscription
from plans.queries import reloaded_add_on, reloaded_plan, reloaded_subscription
from plans.wire.add_on import add_on_wire
from plans.wire.plan import plan_wire
from plans.wire.subscription import subscription_wire
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.fixed_charges import a_fixed_charge, an_add_on
from tests.support.golden import assert_golden
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric

pytestmark = pytest.mark.django_db

NOW = instant("2024-01-15T10:00:00Z")


@pytest.fixture
def organization():
    return an_organization(at=NOW)


@pytest.fixture
def plan(organization):
    a_tax(organization, "vat", 20)
    charge = a_charge(
        a_metric(organization),
        invoice_display_name="Tokens used",
        properties={"amount": "0.10", "grouped_by": ["region"]},
        tax_codes=["vat"],
    )
    plan = a_plan(
        organization,
        "basic",
        description="For starters",
        interval="yearly",
        bill_charges_monthly=True,
        tax_codes=["vat"],
        metadata={"team": "growth"},
        charges=[charge],
    )
    ChargeFilter.objects.create(
        charge=plan.charges.get(), values={"region": ["eu"]}, properties={"amount": "0.2"}, created_at=NOW
    )
    return plan


def test_a_plan_with_a_charge(plan):
    assert_golden("plan", plan_wire(reloaded_plan(plan)))


def test_an_add_on(organization, plan):
    add_on = an_add_on(organization, "seats", description="A desk each", tax_codes=["vat"])
    assert_golden("add_on", add_on_wire(reloaded_add_on(add_on)))


def test_a_plan_with_a_fixed_charge_and_a_commitment(organization, plan):
    seats = a_fixed_charge(an_add_on(organization, "seats", name="Seats"), "2.5", tax_codes=["vat"])
    fixed = a_plan(
        organization,
        "fixed",
        fixed_charges=[seats],
        minimum_commitment={"amount_cents": 10000, "invoice_display_name": "At least", "tax_codes": ["vat"]},
    )
    shown = plan_wire(reloaded_plan(fixed))
    assert_golden("fixed_charge", shown["fixed_charges"][0])
    assert_golden("minimum_commitment", shown["minimum_commitment"])
    assert set(FixedChargeResponse.__fields__) <= set(shown["fixed_charges"][0])
    assert set(MinimumCommitmentResponse.__fields__) <= set(shown["minimum_commitment"])
    PlanResponse.parse_obj(shown)


def test_a_running_subscription(organization, plan):
    a_customer(organization, "c", timezone="Europe/Paris")
    subscription = a_subscription(organization, plan, "s", external_customer_id="c", name="Main")
    assert_golden("subscription", subscription_wire(reloaded_subscription(subscription), at=NOW))


def test_a_scheduled_downgrade_shows_the_plan_to_come_and_its_day(organization, plan):
    subscription = a_subscription(organization, plan)
    following = Subscription.objects.create(
        organization=organization,
        customer=subscription.customer,
        plan=a_plan(organization, "small"),
        previous_subscription=subscription,
        external_id=subscription.external_id,
        status="pending",
        subscription_at=subscription.subscription_at,
        created_at=NOW,
    )
    shown = subscription_wire(reloaded_subscription(subscription), at=NOW)
    assert (shown["next_plan_code"], shown["downgrade_plan_date"]) == ("small", "2025-01-01")
    shown = subscription_wire(reloaded_subscription(following), at=NOW)
    assert (shown["previous_plan_code"], shown["next_plan_code"]) == ("basic", None)
    assert shown["current_billing_period_started_at"] is None


def test_every_field_of_the_published_client_is_there(organization, plan):
    shown = plan_wire(reloaded_plan(plan))
    assert set(PlanResponse.__fields__) <= set(shown)
    assert set(ChargeResponse.__fields__) <= set(shown["charges"][0])
    subscription = reloaded_subscription(a_subscription(organization, plan))
    assert set(SubscriptionResponse.__fields__) <= set(subscription_wire(subscription, at=NOW))
    PlanResponse.parse_obj(shown)
