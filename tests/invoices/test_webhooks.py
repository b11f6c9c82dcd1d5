"""What an organization is told, and when."""

from typing import Any

import pytest

from customers.models import Organization, WebhookMessage
from customers.webhooks import with_payloads
from customers.webhooks.catalogue import OBJECT_TYPES
from invoices.billing.credit_notes.requested import AskedItem
from invoices.billing.credit_notes.voids import VoidCredit
from invoices.models import Invoice
from invoices.services.billing import bill_organization
from invoices.services.credit_note import create_credit_note, update_credit_note
from invoices.services.invoice import finalize_invoice, update_invoice
from invoices.services.void import void_invoice
from invoices.settlement import Split
from plans.services.plan import delete_plan, update_plan
from plans.services.subscription import cancel_subscription, terminate_subscription
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.invoices import an_invoice
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send
from tests.support.webhooks import an_endpoint, told
from usage.services.billable_metric import delete_billable_metric, update_billable_metric

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return an_organization(at=instant("2024-01-01"))


class Listener:
    """``news()`` is what was told since it was asked last: type and object."""

    def __init__(self, organization: Organization) -> None:
        self.organization = organization
        self.heard = len(told(organization))

    def news(self) -> list[tuple[str, Any]]:
        payloads = told(self.organization)[self.heard :]
        self.heard += len(payloads)
        return [(each["webhook_type"], each[OBJECT_TYPES[each["webhook_type"]]]) for each in payloads]

    def types(self) -> list[str]:
        return [webhook_type for webhook_type, _ in self.news()]


@pytest.fixture
def listener(organization) -> Listener:
    return Listener(organization)


def test_a_customer_is_told_of_when_it_is_new_and_when_it_changes(organization, listener):
    a_customer(organization, "acme", name="Acme")
    a_customer(organization, "acme", name="Acme")
    a_customer(organization, "acme", name="Acme Ltd")
    [(created, first), (updated, second)] = listener.news()
    assert (created, first["name"]) == ("customer.created", "Acme")
    assert (updated, second["name"]) == ("customer.updated", "Acme Ltd")


def test_metrics_and_plans_are_told_of(organization, listener):
    metric = a_metric(organization, "calls")
    plan = a_plan(organization, charges=[a_charge(metric)])
    update_billable_metric(metric=metric, name="Calls", at=organization.now())
    update_plan(plan=plan, name="Scale", at=organization.now())
    delete_billable_metric(metric=metric, at=organization.now())
    delete_plan(plan=plan, at=organization.now())
    news = listener.news()
    assert [webhook_type for webhook_type, _ in news] == [
        *("billable_metric.created", "plan.created", "billable_metric.updated", "plan.updated"),
        # Its charges go with the metric.
        *("billable_metric.deleted", "plan.updated", "plan.deleted"),
    ]
    assert news[1][1]["charges"][0]["billable_metric_code"] == "calls"
    assert news[5][1]["charges"] == []


def test_a_start_is_told_before_the_invoice_that_it_causes(organization, listener):
    plan = a_plan(organization, pay_in_advance=True)
    listener.news()
    a_subscription(organization, plan, "sub")
    [_, (started, subscription), (created, invoice)] = listener.news()
    assert (started, subscription["external_id"], subscription["status"]) == ("subscription.started", "sub", "active")
    assert created == "invoice.created"
    assert [fee["amount_cents"] for fee in invoice["fees"]] == [3000]
    assert invoice["number"].endswith("001-001")


def test_a_run_tells_of_each_invoice(organization, listener):
    plan = a_plan(organization)
    for name in ("a", "b", "c"):
        a_subscription(organization, plan, name)
    listener.news()
    invoices = bill(organization, at=instant("2024-02-01"))
    news = listener.news()
    assert [webhook_type for webhook_type, _ in news] == ["invoice.created"] * 3
    assert {shown["lago_id"] for _, shown in news} == {str(invoice.id) for invoice in invoices}


def test_what_is_told_of_an_invoice_is_what_the_api_shows(organization, listener):
    a_subscription(organization, a_plan(organization, charges=[a_charge(a_metric(organization, "calls"))]), "sub")
    send(organization, an_event("calls", 3, external_subscription_id="sub", at=instant("2024-01-10")))
    listener.news()
    [invoice] = bill(organization, at=instant("2024-02-01"))
    [(_, shown)] = listener.news()
    fetched = ApiClient(organization).get(f"/invoices/{invoice.id}")["invoice"]
    assert {**shown, "file_url": None} == {**fetched, "file_url": None}


def test_under_grace_an_invoice_is_drafted_first_and_created_when_it_is_final(organization, listener):
    a_customer(organization, "acme", invoice_grace_period=3)
    a_subscription(organization, external_customer_id="acme")
    listener.news()
    [draft] = bill(organization, at=instant("2024-02-01"))
    assert listener.types() == ["invoice.drafted"]
    finalize_invoice(invoice=draft, at=organization.now())
    [(created, shown)] = listener.news()
    assert (created, shown["status"]) == ("invoice.created", "finalized")


def test_an_invoice_of_nothing_that_is_closed_is_not_told_of(organization, listener):
    a_customer(organization, "acme", finalize_zero_amount_invoice="skip")
    a_subscription(organization, a_plan(organization, amount_cents=0), external_customer_id="acme")
    listener.news()
    [invoice] = bill(organization, at=instant("2024-02-01"))
    assert invoice.status == "closed"
    assert listener.types() == []


def test_a_one_off_invoice_has_a_type_of_its_own(organization, listener):
    a_customer(organization, "acme", currency="EUR")
    api = ApiClient(organization)
    add_on = {"name": "Setup", "code": "setup", "amount_cents": 5000, "amount_currency": "EUR"}
    api.post("/add_ons", {"add_on": add_on})
    listener.news()
    bought = {"external_customer_id": "acme", "currency": "EUR", "fees": [{"add_on_code": "setup"}]}
    api.post("/invoices", {"invoice": bought})
    assert listener.types() == ["invoice.one_off_created"]


def test_an_event_paid_in_advance_is_told_as_a_fee_and_as_an_invoice(organization, listener):
    charge = a_charge(a_metric(organization, "calls"), "2", pay_in_advance=True)
    a_subscription(organization, a_plan(organization, charges=[charge]), "sub")
    listener.news()
    send(organization, an_event("calls", 3, transaction_id="tx", external_subscription_id="sub"))
    [(of_fee, fee), (of_invoice, _)] = listener.news()
    assert (of_fee, of_invoice) == ("fee.created", "invoice.created")
    # 3 × 2.00
    assert (fee["amount_cents"], fee["event_transaction_id"]) == (600, "tx")


def test_payment_is_told_of_once(organization, listener):
    a_subscription(organization)
    [invoice] = bill(organization, at=instant("2024-02-01"))
    listener.news()
    for _ in range(2):
        update_invoice(invoice=invoice, changes={"payment_status": "succeeded"}, at=organization.now())
    [(webhook_type, shown)] = listener.news()
    assert (webhook_type, shown["payment_status"]) == ("invoice.payment_status_updated", "succeeded")


def test_what_is_overdue_is_told_of_once(organization, listener):
    a_subscription(organization)
    bill(organization, at=instant("2024-02-01"))
    listener.news()
    bill(organization, at=instant("2024-02-02"))
    bill(organization, at=instant("2024-02-03"))
    [(webhook_type, shown)] = listener.news()
    assert (webhook_type, shown["payment_overdue"]) == ("invoice.payment_overdue", True)
    assert Invoice.objects.get().payment_overdue


class TestSubscriptions:
    def test_an_end(self, organization, listener):
        subscription = a_subscription(organization)
        listener.news()
        terminate_subscription(subscription=subscription, at=organization.now())
        assert listener.types() == ["subscription.terminated", "invoice.created"]

    def test_an_upgrade_ends_one_and_starts_another(self, organization, listener):
        a_customer(organization, "acme")
        a_subscription(organization, a_plan(organization, "s"), "sub", external_customer_id="acme")
        dear = a_plan(organization, "l", amount_cents=9000)
        listener.news()
        a_subscription(organization, dear, "sub", external_customer_id="acme")
        assert listener.types() == ["subscription.terminated", "subscription.started", "invoice.created"]

    def test_a_next_plan_that_is_canceled_updates_the_current_one(self, organization, listener):
        a_customer(organization, "acme")
        a_subscription(organization, a_plan(organization, "l"), "sub", external_customer_id="acme")
        cheap = a_plan(organization, "s", amount_cents=1000)
        listener.news()
        current = a_subscription(organization, cheap, "sub", external_customer_id="acme")
        assert listener.types() == ["subscription.updated"]
        cancel_subscription(subscription=current.next_subscriptions.get(), at=organization.now())
        [(canceled, _), (updated, shown)] = listener.news()
        assert (canceled, updated) == ("subscription.canceled", "subscription.updated")
        assert shown["next_plan_code"] is None

    def test_the_end_of_a_trial(self, organization, listener):
        a_subscription(organization, a_plan(organization, trial_period=10))
        listener.news()
        bill(organization, at=instant("2024-01-11"))
        [(webhook_type, shown)] = listener.news()
        assert (webhook_type, shown["trial_ended_at"]) == ("subscription.trial_ended", "2024-01-11T00:00:00Z")


def test_many_invoices_are_told_of_in_as_many_statements_as_few(django_assert_max_num_queries):
    few, many = an_organization_with(3), an_organization_with(30)
    with django_assert_max_num_queries(200) as queries:
        bill(few, at=instant("2024-02-01"))
    with django_assert_max_num_queries(len(queries)):
        bill(many, at=instant("2024-02-01"))
    assert len([each for each in told(many) if each["webhook_type"] == "invoice.created"]) == 30


def test_payloads_of_many_instants_are_rendered_in_as_many_statements_as_few(django_assert_max_num_queries):
    few, many = messages_of_invoices(2), messages_of_invoices(8)
    assert len({message.created_at for message in many}) == 8
    with django_assert_max_num_queries(100) as queries:
        with_payloads(few)
    with django_assert_max_num_queries(len(queries)):
        with_payloads(many)
    assert all(message.payload["invoice"]["lago_id"] == str(message.object_id) for message in many)


def messages_of_invoices(count: int) -> list[WebhookMessage]:
    """Of a live organization, each issued for itself and not told of yet."""
    live = an_organization(f"Live {count}", sandbox=False)
    an_endpoint(live)
    customer = a_customer(live)
    for _ in range(count):
        an_invoice(customer)
    return list(WebhookMessage.objects.filter(organization=live, webhook_type="invoice.one_off_created"))


def an_organization_with(subscriptions: int) -> Organization:
    organization = an_organization(at=instant("2024-01-01"))
    plan = a_plan(organization)
    for _ in range(subscriptions):
        a_subscription(organization, plan)
    return organization


def test_a_voided_invoice_is_told_of(organization, listener):
    a_subscription(organization)
    [invoice] = bill(organization, at=instant("2024-02-01"))
    listener.news()
    void_invoice(invoice=invoice, at=organization.now())
    [(webhook_type, shown)] = listener.news()
    assert (webhook_type, shown["status"]) == ("invoice.voided", "voided")


def test_a_credit_note_is_told_of_once_it_is_issued(organization, listener):
    invoice = an_invoice(a_customer(organization, "acme"))
    listener.news()
    items = [AskedItem(invoice.fees.get().id, 4000)]
    note = create_credit_note(
        invoice=invoice, items=items, split=Split(credit_amount_cents=4000), at=organization.now()
    )
    [(created, shown)] = listener.news()
    assert (created, shown["number"], shown["balance_amount_cents"]) == ("credit_note.created", note.number, 4000)


def test_what_a_void_gives_up_is_told_of_as_void(organization, listener):
    invoice = an_invoice(a_customer(organization, "acme"), 10000)
    listener.news()
    void_invoice(invoice=invoice, credit=VoidCredit(credit_amount=3000), at=organization.now())
    [(_, kept), (_, given_up), (voided, _)] = listener.news()
    assert (kept["credit_status"], kept["balance_amount_cents"]) == ("available", 3000)
    assert (given_up["credit_status"], given_up["balance_amount_cents"]) == ("voided", 0)
    assert voided == "invoice.voided"


def test_a_failed_refund_is_told_of_once(organization, listener):
    invoice = an_invoice(a_customer(organization, "acme"))
    update_invoice(invoice=invoice, at=organization.now(), changes={"payment_status": "succeeded"})
    items = [AskedItem(invoice.fees.get().id, 4000)]
    note = create_credit_note(
        invoice=invoice, items=items, split=Split(refund_amount_cents=4000), at=organization.now()
    )
    listener.news()
    for _ in range(2):
        update_credit_note(credit_note=note, refund_status="failed", at=organization.now())
    [(failed, shown)] = listener.news()
    assert failed == "credit_note.provider_refund_failure"
    assert (shown["lago_credit_note_id"], shown["external_customer_id"]) == (str(note.id), "acme")


def test_a_document_is_told_of_when_it_is_made(organization, listener):
    api = ApiClient(organization)
    invoice = an_invoice(a_customer(organization, "acme"))
    listener.news()
    for _ in range(2):
        api.post(f"/invoices/{invoice.id}/download")
    [(generated, shown)] = listener.news()
    assert generated == "invoice.generated"
    assert shown["file_url"]


def test_the_document_of_a_credit_note_is_told_of_when_it_is_asked_for(organization, listener):
    api = ApiClient(organization)
    invoice = an_invoice(a_customer(organization, "acme"))
    items = [AskedItem(invoice.fees.get().id, 4000)]
    note = create_credit_note(
        invoice=invoice, items=items, split=Split(credit_amount_cents=4000), at=organization.now()
    )
    listener.news()
    api.post(f"/credit_notes/{note.id}/download")
    [(generated, shown)] = listener.news()
    assert generated == "credit_note.generated"
    assert shown["file_url"]


def a_live_bill() -> Organization:
    """January of one subscription, invoiced in a live organization with an endpoint."""
    january = instant("2024-01-01")
    live = an_organization(sandbox=False, at=january)
    an_endpoint(live, event_types=["invoice.created"])
    a_customer(live, "acme", at=january)
    subscribed = {"external_customer_id": "acme", "subscription_at": january, "at": january}
    a_subscription(live, a_plan(live), **subscribed)
    bill_organization(organization=live, at=instant("2024-02-01"))
    return live


def test_a_live_run_leaves_the_payloads_to_who_needs_them():
    live = a_live_bill()
    message, invoice = WebhookMessage.objects.get(), Invoice.objects.get()
    assert (message.payload, message.object_id) == (None, invoice.id)
    [payload] = told(live)
    assert payload["invoice"]["lago_id"] == str(invoice.id)
    assert [fee["amount_cents"] for fee in payload["invoice"]["fees"]] == [3000]


def test_what_was_told_once_is_told_again_the_same():
    live = a_live_bill()
    [before] = told(live)
    update_invoice(invoice=Invoice.objects.get(), at=live.now(), changes={"payment_status": "succeeded"})
    assert told(live) == [before]
    assert before["invoice"]["payment_status"] == "pending"


def test_the_api_shows_a_payload_that_was_not_needed_yet():
    live = a_live_bill()
    [shown] = ApiClient(live).get("/webhook_messages")["webhook_messages"]
    assert shown["payload"]["invoice"]["lago_id"] == str(Invoice.objects.get().id)
