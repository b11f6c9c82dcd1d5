"""What ends before its paid period does is credited by itself, told as dated stories."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Organization
from invoices.models import CreditNote, CreditNoteStatus, Invoice, InvoiceStatus
from invoices.services.invoice import refresh_invoice
from invoices.services.subscription_credits import credit_unused_days
from invoices.services.subscription_invoices import bill_starts
from plans.models import Subscription, SubscriptionStatus
from plans.queries import with_terms
from plans.services.subscription import create_subscription, terminate_ended_subscriptions, terminate_subscription
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.many import many_subscriptions
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db

MARCH = instant("2024-03-01")
MID_MARCH = instant("2024-03-15T10:00:00Z")


@pytest.fixture
def organization():
    return an_organization(at=MARCH)


def paid_ahead(organization: Organization, **options: Any) -> Subscription:
    """31.00 EUR for March: 1.00 a day."""
    plan = a_plan(organization, amount_cents=3100, pay_in_advance=True)
    return a_subscription(organization, plan, "sub", external_customer_id="acme", **options)


def end(subscription: Subscription, at: datetime = MID_MARCH, **options: Any) -> list[CreditNote]:
    subscription.organization.change(at=at, test_clock_at=at)
    terminate_subscription(subscription=subscription, at=at, **options)
    return list(CreditNote.objects.order_by("created_at", "id"))


def upgrade(organization: Organization, at: datetime) -> None:
    organization.change(at=at, test_clock_at=at)
    dear = a_plan(organization, "dear", amount_cents=6200, pay_in_advance=True)
    create_subscription(
        organization=organization, at=at, external_customer_id="acme", plan_code=dear.code, external_id="sub"
    )


def test_the_days_after_the_end_are_credited_with_their_tax(organization):
    a_tax(organization, applied_to_organization=True)
    (note,) = end(paid_ahead(organization))
    # 16 days of 1.00 and 20 %
    assert note.sub_total_excluding_taxes_amount_cents == 1600
    assert note.taxes_amount_cents == 320
    assert note.credit_amount_cents == note.balance_amount_cents == 1920
    assert note.number == f"{note.invoice.number}-CN001"
    assert note.is_automatic
    assert note.items.get().fee.subscription.external_id == "sub"


def test_an_upgrade_credits_its_own_day_too(organization):
    paid_ahead(organization)
    upgrade(organization, MID_MARCH)
    (note,) = CreditNote.objects.all()
    assert note.credit_amount_cents == 1700


def test_an_upgrade_is_credited_whatever_was_agreed_for_an_end(organization):
    paid_ahead(organization, on_termination_credit_note="skip")
    upgrade(organization, MID_MARCH)
    assert CreditNote.objects.get().credit_amount_cents == 1700


def test_a_plan_in_arrears_has_nothing_to_give_back(organization):
    assert end(a_subscription(organization, external_id="sub")) == []


def test_nothing_is_credited_if_that_was_agreed(organization):
    assert end(paid_ahead(organization), on_termination_credit_note="skip") == []


def test_what_nobody_paid_is_offset_and_not_due_any_more(organization):
    (note,) = end(paid_ahead(organization), on_termination_credit_note="offset")
    assert (note.credit_amount_cents, note.refund_amount_cents, note.offset_amount_cents) == (0, 0, 1600)
    assert note.credit_status is None
    assert note.invoice.total_due_amount_cents == 1500


def test_what_was_paid_is_refunded(organization):
    subscription = paid_ahead(organization)
    Invoice.objects.update(total_paid_amount_cents=3100)
    (note,) = end(subscription, on_termination_credit_note="refund")
    assert (note.credit_amount_cents, note.refund_amount_cents) == (0, 1600)
    assert (note.credit_status, note.refund_status) == (None, "pending")


def test_the_last_day_of_the_period_leaves_nothing_unused(organization):
    assert end(paid_ahead(organization), instant("2024-03-31T23:00:00Z")) == []


def test_a_voided_invoice_gives_nothing_back(organization):
    subscription = paid_ahead(organization)
    Invoice.objects.update(status=InvoiceStatus.VOIDED)
    assert end(subscription) == []


def test_done_again_nothing_is_left_to_give_back(organization):
    subscription = paid_ahead(organization)
    end(subscription)
    again = list(with_terms(Subscription.objects.filter(id=subscription.id)))
    assert credit_unused_days(subscriptions=again, at=MID_MARCH) == []


def test_what_is_billed_only_after_the_end_has_no_unused_days():
    live = an_organization(sandbox=False, at=MARCH)
    subscription = paid_ahead(live, at=MARCH)
    terminate_subscription(subscription=subscription, at=MID_MARCH)
    bill_starts(subscription_ids=[subscription.id], at=MID_MARCH)
    assert Invoice.objects.get().fees_amount_cents == 1500
    assert not CreditNote.objects.exists()


def test_the_last_invoice_uses_the_credit(organization):
    metric = a_metric(organization)
    plan = a_plan(organization, amount_cents=3100, pay_in_advance=True, charges=[a_charge(metric)])
    subscription = a_subscription(organization, plan, "sub", external_customer_id="acme")
    send(organization, an_event(value=10, external_subscription_id="sub", at=instant("2024-03-10")))
    (note,) = end(subscription)
    last = Invoice.objects.get(invoice_subscriptions__invoicing_reason="subscription_terminating")
    # 10.00 of usage, 16.00 given back
    assert (last.credit_notes_amount_cents, last.total_amount_cents) == (1000, 0)
    assert last.credits.get().credit_note == note
    assert (note.balance_amount_cents, note.credit_status) == (600, "available")


def test_on_a_draft_invoice_the_credit_note_is_a_draft_and_becomes_final_with_it(organization):
    a_customer(organization, "acme", invoice_grace_period=20)
    (note,) = end(paid_ahead(organization))
    assert (note.status, note.number) == (CreditNoteStatus.DRAFT, "")
    refresh_invoice(invoice=note.invoice, at=MID_MARCH)
    assert CreditNote.objects.get().total_amount_cents == 1600
    bill(organization, at=instant("2024-03-22"))
    final = CreditNote.objects.get()
    assert (final.status, final.total_amount_cents) == (CreditNoteStatus.FINALIZED, 1600)
    assert final.number == f"{final.invoice.number}-CN001"


def test_statements_do_not_grow_with_the_number_of_ends():
    counts = []
    for customers in (2, 6):
        organization = an_organization(f"of {customers}", at=MARCH)
        plan = a_plan(organization, amount_cents=3100, pay_in_advance=True)
        many_subscriptions(organization, plan, customers, started_at=MARCH)
        bill(organization, at=instant("2024-04-01"))
        at = instant("2024-04-15T10:00:00Z")
        own = Subscription.objects.filter(organization=organization)
        own.update(ending_at=at, on_termination_invoice="skip")
        with CaptureQueriesContext(connection) as captured:
            terminate_ended_subscriptions(organization=organization, at=at)
        counts.append(len(captured))
        assert CreditNote.objects.filter(organization=organization).count() == customers
    assert not Subscription.objects.filter(status=SubscriptionStatus.ACTIVE).exists()
    assert counts[0] == counts[1]
