"""Many invoices finalized, voided and sent at once: tried out first, and a row's refusal is its own."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing_site.kernel.bulk import BulkCommand
from customers.models import BulkJob, Customer, Organization
from customers.services.bulk_job import ask_for_bulk, run_bulk, try_bulk
from invoices.models import Invoice, InvoiceStatus
from invoices.services.bulk_invoices import FINALIZE, RETRY, SEND, VOID, finalize_together, void_together
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.coupons import a_coupon, an_applied_coupon
from tests.support.invoices import an_invoice
from tests.support.journal import check_books
from tests.support.plans import a_plan, a_subscription
from tests.support.wallets import a_wallet, buy

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return an_organization(at=instant("2024-01-01"))


@pytest.fixture
def drafts(organization) -> list[Invoice]:
    """Three over 30.00, each of a customer of its own."""
    plan = a_plan(organization)
    for name in ("one", "two", "three"):
        a_customer(organization, name, invoice_grace_period=5)
        a_subscription(organization, plan, name, external_customer_id=name)
    return bill(organization, at=instant("2024-02-02"))


def tried(bulk: BulkCommand, invoices: Sequence[Invoice], **values: Any) -> BulkJob:
    organization = invoices[0].organization
    job = ask_for_bulk(organization=organization, bulk=bulk, rows=invoices, at=organization.now())
    return try_bulk(job=job, values=values, at=organization.now())


def done(job: BulkJob) -> list[tuple[str, str]]:
    run_bulk(job=job, at=job.organization.now())
    return [(row.state, row.outcome) for row in job.rows.order_by("position")]


def statuses(invoices: Sequence[Invoice]) -> list[str]:
    now = Invoice.objects.in_bulk([invoice.id for invoice in invoices])
    return [now[invoice.id].status for invoice in invoices]


def test_drafts_are_finalized_and_others_are_told_why_not(organization, drafts):
    sold = an_invoice(Customer.objects.get(external_id="one"))
    job = tried(FINALIZE, [*drafts, sold])
    shown = [(row.state, row.expected or row.outcome, row.amount_cents) for row in job.rows.order_by("position")]
    fine = ("tried", "Final, issued on 2024-02-02 and due on 2024-02-02.", 3000)
    assert shown == [fine, fine, fine, ("refused", "Only drafts are finalized.", None)]
    assert statuses(drafts) == ["draft"] * 3
    assert [state for state, _ in done(job)] == ["done", "done", "done", "refused"]
    assert statuses(drafts) == ["finalized"] * 3
    numbers = Invoice.objects.filter(id__in=[draft.id for draft in drafts]).values_list("number", flat=True)
    assert len(set(numbers)) == 3


def test_final_invoices_are_voided_with_what_paid_them(organization):
    customer = a_customer(organization, "acme", currency="EUR")
    an_applied_coupon(customer, a_coupon(organization, amount_cents=500))
    wallet = a_wallet(customer)
    buy(wallet, 10)
    a_subscription(organization, a_plan(organization), "sub", external_customer_id="acme")
    billed = bill(organization, at=instant("2024-02-02"))[-1]
    other = an_invoice(a_customer(organization, "other"), 700)
    job = tried(VOID, [billed, other], reason="test")
    # 30.00 less 5.00 and 10.00.
    assert [row.amount_cents for row in job.rows.order_by("position")] == [-1500, -700]
    assert job.rows.first().expected == "Nothing is due of it. Given back: coupons, prepaid credits."
    done(job)
    assert statuses([billed, other]) == ["voided", "voided"]
    wallet.refresh_from_db()
    assert wallet.balance_cents == 1000
    check_books(organization)
    assert [row.outcome for row in tried(VOID, [billed]).rows.all()] == ["This invoice cannot be voided."]


def test_only_customers_with_an_address_are_written_to(organization):
    reached = an_invoice(a_customer(organization, "reached", email="a@example.com"))
    unknown = an_invoice(a_customer(organization, "unknown"))
    shown = [row.expected or row.outcome for row in tried(SEND, [reached, unknown]).rows.order_by("position")]
    assert shown == ["Sent to a@example.com. A sandbox sends nothing.", "The customer has no e-mail address."]
    assert [row.outcome for row in tried(RETRY, [reached]).rows.all()] == ["Only invoices that failed are tried again."]


def test_many_take_as_many_statements_as_few(organization):
    plan = a_plan(organization)
    for number in range(12):
        a_customer(organization, f"c{number}", invoice_grace_period=5)
        a_subscription(organization, plan, f"s{number}", external_customer_id=f"c{number}")
    drafts = bill(organization, at=instant("2024-02-02"))
    few, many = drafts[:2], drafts[2:]
    at = organization.now()
    assert len({_statements(finalize_together, some, at) for some in (few, many)}) == 1
    final = Invoice.objects.filter(status=InvoiceStatus.FINALIZED).order_by("id")
    few, many = list(final[:2]), list(final[2:])
    assert len({_statements(void_together, some, at) for some in (few, many)}) == 1


def _statements(together: Any, invoices: Sequence[Invoice], at: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        together(invoices, {}, at)
    return len(captured)
