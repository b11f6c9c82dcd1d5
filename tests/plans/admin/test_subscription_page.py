"""Subscriptions in the console."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Organization
from plans.models import Subscription
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.console import Console, errors_in, words
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return an_organization(at=instant("2024-01-01"))


def test_a_customer_is_subscribed(organization: Organization) -> None:
    customer, plan = a_customer(organization), a_plan(organization)
    form = {"customer": customer.pk, "plan": plan.pk, "external_id": "sub", "billing_time": "anniversary"}
    Console(organization).submit("plans_subscription_add", **form, subscription_at="2024-02-10T08:30")
    subscription = Subscription.objects.get()
    assert (subscription.customer, subscription.plan, subscription.status) == (customer, plan, "pending")
    assert subscription.subscription_at == instant("2024-02-10T08:30:00Z")


def test_a_link_may_fill_in_the_customer_and_nonsense_is_left_out(organization: Organization) -> None:
    customer = a_customer(organization, "acme")
    console = Console(organization)
    assert f'value="{customer.pk}"' in console.open("plans_subscription_add", customer=str(customer.pk))
    console.open("plans_subscription_add", customer="nonsense", plan="0", unknown="1")


def test_a_customer_or_plan_of_another_organization_is_refused(organization: Organization) -> None:
    strangers = an_organization("Strangers")
    form = {"customer": a_customer(strangers).pk, "plan": a_plan(strangers).pk, "external_id": "sub"}
    refused = Console(organization).submit("plans_subscription_add", expect=200, **form, billing_time="calendar")
    assert len(errors_in(refused.content.decode())) == 3
    assert not Subscription.objects.exists()


def test_an_external_id_in_use_is_refused_at_its_field(organization: Organization) -> None:
    subscription = a_subscription(organization, external_id="sub")
    form = {"customer": a_customer(organization).pk, "plan": subscription.plan.pk, "external_id": "sub"}
    refused = Console(organization).submit("plans_subscription_add", expect=200, **form, billing_time="calendar")
    assert "This is already taken. Choose another one." in errors_in(refused.content.decode())


def test_a_subscription_is_terminated_and_gets_its_last_invoice(organization: Organization) -> None:
    subscription = a_subscription(organization)
    organization.change(at=instant("2024-01-11"), test_clock_at=instant("2024-01-11"))
    console = Console(organization)
    console.press(subscription, "terminate", on_termination_invoice="generate")
    subscription.refresh_from_db()
    assert subscription.status == "terminated"
    [invoice] = [each.invoice for each in subscription.invoice_subscriptions.all()]
    # 11 of 31 days of 30.00.
    assert invoice.total_amount_cents == 1065
    console.press(subscription, "terminate", expect=403, on_termination_invoice="generate")


def test_a_waiting_subscription_is_canceled(organization: Organization) -> None:
    subscription = a_subscription(organization, subscription_at=instant("2024-03-01"))
    console = Console(organization)
    console.press(subscription, "terminate", expect=403)
    console.press(subscription, "cancel")
    subscription.refresh_from_db()
    assert subscription.status == "canceled"


def test_the_page_shows_current_usage_and_invoices(organization: Organization) -> None:
    plan = a_plan(organization, charges=[a_charge(a_metric(organization), "0.10")])
    subscription = a_subscription(organization, plan, "subscription")
    bill(organization, at=instant("2024-02-05"))
    send(organization, an_event("tokens", 25, at=instant("2024-02-03")))
    console = Console(organization)
    usage = words(console.show(subscription, tab="usage"))
    # 25 × 0.10.
    assert "tokens 25 1 €2.50" in usage
    assert "€30.00" in words(console.show(subscription, tab="invoices"))


def test_the_list_takes_the_same_queries_for_one_and_for_many(organization: Organization) -> None:
    a_subscription(organization)
    few = queries_of_list(organization)
    for _ in range(5):
        a_subscription(organization)
    assert queries_of_list(organization) == few <= 12


def queries_of_list(organization: Organization) -> int:
    console = Console(organization)
    with CaptureQueriesContext(connection) as captured:
        console.open("plans_subscription_changelist")
    return len(captured)
