"""Payments in the console: recorded on an invoice or over several, and asked for."""

import pytest

from invoices.models import Invoice, Payment, PaymentRequest
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.console import Console, words
from tests.support.invoices import an_invoice

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
