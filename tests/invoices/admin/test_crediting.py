"""Credit notes and voids in the console."""

from typing import Any

import pytest
from django.urls import reverse

from customers.models import Organization
from invoices.models import CreditNote, Invoice
from invoices.services.payment import Part, record_payment
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.console import Console, errors_in, words
from tests.support.invoices import an_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return an_organization(at=instant("2024-03-01"))


@pytest.fixture
def invoice(organization: Organization) -> Invoice:
    """100.00 and 20 % tax."""
    a_tax(organization, applied_to_organization=True)
    return an_invoice(a_customer(organization, "acme", name="Acme"), 10000)


def values(invoice: Invoice, amount: str, way: str = "credit_amount_cents") -> dict[str, Any]:
    fee = invoice.fees.get()
    return {f"fee_{fee.pk}": amount, "way": way, "reason": "other", "description": ""}


def live(console: Console, page: str, invoice: Invoice, posted: dict[str, Any]) -> str:
    response = console.browser.post(reverse(f"admin:{page}", args=[invoice.pk]), posted)
    assert response.status_code == 200
    return words(response.content.decode())


def test_a_credit_note_is_issued_for_a_fee(organization, invoice):
    console = Console(organization)
    console.press(invoice, "credit", **values(invoice, "50.00"))
    assert f"Credit note {invoice.number}-CN001 over €60.00." in console.sentences()
    assert CreditNote.objects.get().balance_amount_cents == 6000


def test_the_dialog_tells_live_what_it_comes_to(organization, invoice):
    console = Console(organization)
    told = live(console, "credit_note_estimate", invoice, values(invoice, "50.00"))
    assert "Without tax €50.00 Tax €10.00 Credit note €60.00" in told
    assert "This is more than earlier credit notes left" in live(
        console, "credit_note_estimate", invoice, values(invoice, "100.01")
    )


def test_what_was_paid_is_refunded_first(organization, invoice):
    part = Part(invoice.pk, 2000)
    record_payment(organization=organization, parts=[part], reference="transfer", at=organization.now())
    Console(organization).press(invoice, "credit", **values(invoice, "50.00", "refund_first"))
    note = CreditNote.objects.get()
    assert (note.refund_amount_cents, note.credit_amount_cents) == (2000, 4000)


def test_a_refusal_stays_in_the_dialog(organization, invoice):
    response = Console(organization).press(
        invoice, "credit", expect=200, **values(invoice, "50.00", "refund_amount_cents")
    )
    assert errors_in(response.content.decode()) == [
        "Refund amount cents: Nothing was paid, so nothing can be refunded."
    ]


def test_what_is_left_of_a_credit_note_is_voided(organization, invoice):
    console = Console(organization)
    console.press(invoice, "credit", **values(invoice, "50.00"))
    note = CreditNote.objects.get()
    shown = words(console.show(note))
    assert "Left of the credit €60.00" in shown
    assert invoice.number in words(console.open("invoices_creditnote_changelist"))
    console.press(note, "void")
    assert "Voided (UTC) Mar 1, 2024" in words(console.show(note))


def test_a_credit_notes_pdf_is_downloaded(organization, invoice):
    console = Console(organization)
    console.press(invoice, "credit", **values(invoice, "50.00"))
    note = CreditNote.objects.get()
    response = console.browser.get(reverse("admin:invoices_creditnote_do_one", args=[note.pk, "pdf"]))
    assert response.content.startswith(b"%PDF")


def test_an_invoice_is_voided_and_the_dialog_tells_what_that_gives_back(organization, invoice):
    console = Console(organization)
    keep = {"generate_credit_note": "on", "credit_amount": "20.00", "refund_amount": "0"}
    assert "Credit €20.00 Given up €100.00" in live(console, "void_preview", invoice, keep)
    assert "Given back €0.00" in live(console, "void_preview", invoice, {"credit_amount": "0", "refund_amount": "0"})
    console.press(invoice, "void", **keep)
    assert f"Invoice {invoice.number} is void." in console.sentences()
    assert list(CreditNote.objects.order_by("id").values_list("credit_status", flat=True)) == ["available", "voided"]


def test_the_customers_page_lists_them(organization, invoice):
    console = Console(organization)
    console.press(invoice, "credit", **values(invoice, "50.00"))
    assert f"{invoice.number}-CN001" in words(console.show(invoice.customer, tab="credit_notes"))
