"""Payments in the console: recorded on an invoice or over several, and asked for."""

import pytest

from invoices.models import Invoice, Payment, PaymentRequest
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.console import Console, words
from tests.support.invoices import an_invoice
from tests.support.plans import a_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return an_organization(at=instant("2024-03-10"))


@pytest.fixture
def customer(organization):
    return a_customer(organization, "acme", email="pay@acme.test")


@pytest.fixture
def console(organization):
    return Console(organization)


def test_a_payment_is_recorded_on_an_invoice(console, customer):
    invoice = an_invoice(customer, 10000)

    assert "100.00" in console.open("invoices_invoice_do_one", invoice.pk, "pay")
    console.press(invoice, "pay", amount="20.50", reference="transfer")

    assert Invoice.objects.get().total_paid_amount_cents == 2050
    assert "Still due €79.50" in words(console.show(invoice))
    payment = Payment.objects.get()
    page = words(console.show(payment))
    assert "€20.50" in page and invoice.number in page and "RCPT-001" in page
    assert "transfer" in console.open("invoices_payment_changelist")


def test_more_digits_than_the_currency_has_are_refused(console, customer):
    console.press(an_invoice(customer), "pay", amount="20.505", reference="transfer", expect=200)

    assert not Payment.objects.exists()


def test_a_payment_is_split_over_invoices(console, customer):
    first, second = an_invoice(customer, 10000), an_invoice(customer, 5000)

    amounts = {f"invoice_{first.pk}": "100", f"invoice_{second.pk}": "15"}
    console.press(customer, "pay", reference="both", **amounts)

    assert Payment.objects.get().amount_cents == 11500
    statuses = {invoice.pk: invoice.payment_status for invoice in Invoice.objects.all()}
    assert statuses == {first.pk: "succeeded", second.pk: "pending"}


def test_nothing_for_no_invoice_is_no_payment(console, customer):
    an_invoice(customer)

    console.press(customer, "pay", reference="none", expect=200)

    assert not Payment.objects.exists()


def test_overdue_invoices_are_asked_for(organization, console, customer):
    invoices = [an_invoice(customer, 14900), an_invoice(customer, 600)]
    bill(organization, at=instant("2024-03-12"))
    kind = f"EUR-{invoices[0].billing_entity_id}"

    console.press(customer, "request_payment", kind=kind)

    made = PaymentRequest.objects.get()
    assert (made.amount_cents, made.email) == (15500, "pay@acme.test")
    page = words(console.show(made))
    assert "€155.00" in page and invoices[1].number in page
    assert "pay@acme.test" in console.open("invoices_paymentrequest_changelist")


def test_buttons_are_there_only_when_they_can_do_something(console, customer):
    for name in ("pay", "request_payment"):
        console.press(customer, name, expect=403)


def test_all_drafts_are_finalized_after_saying_how_many(organization, console):
    a_customer(organization, "graceful", invoice_grace_period=3)
    a_subscription(organization, external_customer_id="graceful")
    bill(organization, at=instant("2024-04-01"))

    asked = words(console.open("invoices_invoice_do", "finalize"))
    console.submit("invoices_invoice_do", "finalize")

    assert "1 invoice(s) of 1 customer(s) over €" in asked
    assert Invoice.objects.get().status == "finalized"
    assert "There are no drafts" in words(console.open("invoices_invoice_do", "finalize"))


def test_unpaid_invoices_are_sent_again_after_saying_how_many(console, customer):
    invoice = an_invoice(customer, 10000)

    assert "1 invoice(s) of 1 customer(s) over €100.00" in words(console.open("invoices_invoice_do", "send"))
    console.submit("invoices_invoice_do", "send")
    console.press(invoice, "send", to="boss@acme.test")
