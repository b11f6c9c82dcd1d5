"""Subscriptions that wait for their first payment (S18)."""

import pytest
from django.db import IntegrityError

from customers.models import Organization
from invoices.models import Invoice
from plans.models import ActivationRule, Plan, Subscription
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.plans import a_plan, a_subscription
from tests.support.webhooks import told

pytestmark = pytest.mark.django_db
PAYMENT = {"type": "payment", "timeout_hours": 48}


@pytest.fixture
def organization() -> Organization:
    return an_organization(at=instant("2024-01-01"))


@pytest.fixture
def api(organization) -> ApiClient:
    return ApiClient(organization)


@pytest.fixture
def advance(organization) -> Plan:
    return a_plan(organization, "advance", pay_in_advance=True)


def subscribe(organization: Organization, plan: Plan, **options: object) -> Subscription:
    subscription = a_subscription(organization, plan, "sub", activation_rules=[PAYMENT], **options)
    subscription.refresh_from_db()
    return subscription


def status_of(subscription: Subscription) -> tuple[str, str]:
    subscription.refresh_from_db()
    return subscription.status, subscription.activation_rules.get().status


def pay(organization: Organization) -> None:
    invoice = Invoice.objects.get(organization=organization)
    ApiClient(organization).put(f"/invoices/{invoice.id}", {"invoice": {"payment_status": "succeeded"}})


def test_it_is_active_once_its_first_invoice_is_paid(organization, advance):
    subscription = subscribe(organization, advance)
    assert status_of(subscription) == ("incomplete", "pending")
    assert subscription.activated_at is None
    bill(organization, at=instant("2024-01-02"))
    pay(organization)
    assert status_of(subscription) == ("active", "satisfied")
    assert subscription.activated_at == instant("2024-01-02")
    assert subscription.started_at == instant("2024-01-01")
    # Its periods run as if nothing had been.
    assert [each.status for each in bill(organization, at=instant("2024-02-01"))] == ["finalized", "finalized"]


def test_nobody_pays_and_it_is_canceled_with_its_invoice(organization, advance):
    subscription = subscribe(organization, advance)
    bill(organization, at=instant("2024-01-02T23:59:59"))
    assert status_of(subscription) == ("incomplete", "pending")
    [invoice] = bill(organization, at=instant("2024-01-03"))
    assert status_of(subscription) == ("canceled", "expired")
    assert subscription.cancellation_reason == "timeout"
    assert invoice.status == "voided"
    assert len(bill(organization, at=instant("2024-03-01"))) == 1


def test_the_wire_and_the_webhooks(organization, api, advance):
    body = {"external_customer_id": "acme", "plan_code": "advance", "external_id": "sub", "activation_rules": [PAYMENT]}
    shown = api.post("/subscriptions", {"subscription": body})["subscription"]
    assert (shown["status"], shown["activated_at"]) == ("incomplete", None)
    [rule] = shown["activation_rules"]
    assert (rule["type"], rule["status"], rule["expires_at"]) == ("payment", "pending", "2024-01-03T00:00:00Z")
    pay(organization)
    active = api.get("/subscriptions/sub")["subscription"]
    assert (active["status"], active["activated_at"]) == ("active", "2024-01-01T00:00:00Z")
    types = [each["webhook_type"] for each in told(organization) if each["webhook_type"].startswith("subscription.")]
    assert types == ["subscription.incomplete", "subscription.started"]


def test_grace_does_not_delay_what_has_to_be_paid(organization, advance):
    a_customer(organization, "acme", invoice_grace_period=10)
    subscribe(organization, advance, external_customer_id="acme")
    assert Invoice.objects.get().status == "finalized"


def test_nothing_to_pay_is_nothing_to_wait_for(organization, advance):
    arrears = a_plan(organization, "arrears")
    assert status_of(subscribe(organization, arrears)) == ("active", "not_applicable")


def test_a_first_invoice_of_zero_is_paid_at_once(organization):
    free = a_plan(organization, "free", pay_in_advance=True, amount_cents=0)
    assert status_of(subscribe(organization, free)) == ("active", "satisfied")


def test_what_started_in_the_past_has_no_first_invoice_to_wait_for(organization, advance):
    subscription = subscribe(organization, advance, subscription_at=instant("2023-12-10"))
    assert status_of(subscription) == ("active", "not_applicable")


def test_what_starts_later_waits_from_then_on(organization, advance):
    subscription = subscribe(organization, advance, subscription_at=instant("2024-01-10"))
    assert status_of(subscription) == ("pending", "inactive")
    bill(organization, at=instant("2024-01-10"))
    assert status_of(subscription) == ("incomplete", "pending")
    pay(organization)
    assert status_of(subscription) == ("active", "satisfied")


def test_while_it_waits_its_id_is_taken(organization, api, advance):
    subscribe(organization, advance)
    body = {"external_customer_id": "other", "plan_code": "advance", "external_id": "sub"}
    answer = api.post("/subscriptions", {"subscription": body}, expect=422)
    assert answer["error_details"] == {"subscription": ["subscription_incomplete"]}


def test_it_can_be_given_up(organization, api, advance):
    subscription = subscribe(organization, advance)
    assert api.delete("/subscriptions/sub", status="incomplete")["subscription"]["status"] == "canceled"
    assert status_of(subscription) == ("canceled", "expired")
    assert Invoice.objects.get().status == "voided"


def test_a_rule_stands_once(organization, advance):
    subscription = subscribe(organization, advance)
    with pytest.raises(IntegrityError, match="activation_rule_once_per_type"):
        ActivationRule.objects.create(subscription=subscription, rule_type="payment", created_at=organization.now())


@pytest.mark.parametrize(
    ("rule", "errors"),
    [
        ({"type": "vote"}, {"activation_rules.0.type": ["value_is_invalid"]}),
        ({"timeout_hours": 1}, {"activation_rules.0.type": ["value_is_mandatory"]}),
        ({"type": "payment", "timeout_hours": -1}, {"activation_rules.0.timeout_hours": ["value_is_out_of_range"]}),
    ],
)
def test_rules_that_nobody_knows_are_refused(api, advance, rule, errors):
    body = {"external_customer_id": "acme", "plan_code": "advance", "external_id": "sub", "activation_rules": [rule]}
    assert api.post("/subscriptions", {"subscription": body}, expect=422)["error_details"] == errors
