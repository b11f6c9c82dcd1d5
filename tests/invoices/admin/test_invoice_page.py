"""Invoices in the console: list, page, buttons."""

import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from customers.models import Organization
from invoices.admin.invoice import InvoiceAdmin
from invoices.models import Invoice, InvoiceStatus
from tests.support.billing import a_plan_of_every_price, bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.console import Console, words
from tests.support.plans import a_subscription
from tests.support.usage import an_event, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return an_organization(at=instant("2024-01-01"))


def a_used_subscription(organization: Organization, **customer: object) -> None:
    """150 units of each metric in January, for a customer named Acme."""
    a_tax(organization)
    a_customer(organization, "acme", name="Acme", tax_codes=["vat"], **customer)
    a_subscription(organization, a_plan_of_every_price(organization), "sub", external_customer_id="acme")
    at = instant("2024-01-10")
    kinds = ("standard", "graduated", "package", "volume")
    send(organization, *[an_event(kind, 150, external_subscription_id="sub", at=at) for kind in kinds])


def test_the_page_shows_fees_tiers_taxes_and_the_total(organization: Organization) -> None:
    a_used_subscription(organization)
    [invoice] = bill(organization, at=instant("2024-02-01"))
    shown = words(Console(organization).show(invoice))
    # Standard 150 × 0.0025 = 0.375. Graduated 100 × 0.10 + 1 + 50 × 0.05 = 13.50. Package: one of two hundreds is
    # free, 5.00. Volume 150 × 0.05 + 2 = 9.50.
    for amount in ("€49.00", "€0.38", "€13.50", "€5.00", "€9.50"):
        assert amount in shown
    assert "Tier 0 – 100, flat €1.00" in shown
    assert "Tier 101 – ∞" in shown
    # 77.38 in all, and 20 % of it.
    assert "Fees €77.38 VAT 20% €15.48 Total €92.86" in shown
    assert "Jan 1 – 31, 2024" in shown.replace("\u2009", " ")


def test_the_page_takes_the_same_queries_for_one_fee_and_for_many(organization: Organization) -> None:
    a_used_subscription(organization)
    a_subscription(organization)
    first, second = bill(organization, at=instant("2024-02-01"))
    console = Console(organization)
    counts = []
    for invoice in (first, second):
        with CaptureQueriesContext(connection) as captured:
            console.show(invoice)
        counts.append(len(captured))
    assert first.fees.count() != second.fees.count()
    assert counts[0] == counts[1] <= 15


def test_the_list_takes_the_same_queries_for_one_invoice_and_for_many(organization: Organization) -> None:
    a_subscription(organization)
    bill(organization, at=instant("2024-02-01"))
    few = queries_of_list(organization)
    for _ in range(5):
        a_subscription(organization)
    bill(organization, at=instant("2024-05-01"))
    assert queries_of_list(organization) == few <= 12


def queries_of_list(organization: Organization) -> int:
    console = Console(organization)
    with CaptureQueriesContext(connection) as captured:
        console.open("invoices_invoice_changelist")
    assert not any('COUNT(*) FROM "invoices_invoice"' in query["sql"] for query in captured)
    return len(captured)


def test_invoices_are_found_by_number_and_by_customer(organization: Organization) -> None:
    a_used_subscription(organization)
    [invoice] = bill(organization, at=instant("2024-02-01"))
    console = Console(organization)
    for term in (invoice.number, invoice.number[:3].lower(), invoice.number[-5:], "acm", "ACME"):
        assert invoice.number in console.open("invoices_invoice_changelist", q=term)
    assert invoice.number not in console.open("invoices_invoice_changelist", q="nobody")


def test_what_begins_like_the_number_wanted_comes_before_what_holds_it(organization: Organization) -> None:
    a_subscription(organization)
    first, second = bill(organization, at=instant("2024-03-01"))
    beginning = first.number[:-1]
    shown = Console(organization).open("invoices_invoice_changelist", q=beginning)
    assert first.number in shown
    assert second.number in shown
    shown = Console(organization).open("invoices_invoice_changelist", q=second.number)
    assert first.number not in shown
    # Too short for the index of parts, and nothing begins so.
    assert second.number not in Console(organization).open("invoices_invoice_changelist", q=second.number[-2:])


def test_pages_of_the_list_hold_every_invoice_once_in_order(
    organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_subscription(organization)
    invoices = bill(organization, at=instant("2024-06-01"))
    monkeypatch.setattr(InvoiceAdmin, "list_per_page", 2)
    pages = [Console(organization).open("invoices_invoice_changelist", p=number) for number in (1, 2, 3)]
    found = [re.findall(r'field-number_or_draft"[^>]*><a[^>]*>([^<]+)', page) for page in pages]
    numbers = [invoice.number for invoice in reversed(invoices)]
    assert found == [numbers[:2], numbers[2:4], numbers[4:]]


@pytest.mark.parametrize(
    ("query", "is_shown"),
    [
        ({"status__exact": "finalized"}, True),
        ({"status__exact": "draft"}, False),
        ({"payment_status__exact": "pending"}, True),
        ({"payment_overdue__exact": "1"}, False),
        ({"issuing_date_from": "2024-02-01", "issuing_date_to": "2024-02-01"}, True),
        ({"issuing_date_from": "2024-02-02"}, False),
    ],
)
def test_the_list_is_filtered(organization: Organization, query: dict[str, str], is_shown: bool) -> None:
    a_used_subscription(organization)
    [invoice] = bill(organization, at=instant("2024-02-01"))
    assert (invoice.number in Console(organization).open("invoices_invoice_changelist", **query)) is is_shown


def test_nonsense_in_filters_gives_no_server_error(organization: Organization) -> None:
    console = Console(organization)
    for query in ({"status__exact": "\0"}, {"q": "\0"}, {"p": "nonsense"}, {"issuing_date_from": "x"}, {"e": "1"}):
        console.browser.raise_request_exception = True
        response = console.browser.get("/admin/invoices/invoice/", query)
        assert response.status_code < 500


def test_a_draft_is_refreshed_and_finalized_by_buttons(organization: Organization) -> None:
    a_used_subscription(organization, invoice_grace_period=5)
    [draft] = bill(organization, at=instant("2024-02-01"))
    assert draft.status == InvoiceStatus.DRAFT
    console = Console(organization)
    late = an_event("standard", 1000, external_subscription_id="sub", at=instant("2024-01-20"))
    send(organization, late)
    console.press(draft, "refresh")
    # 1,000 × 0.0025 = 2.50 more, 3.00 with tax: 0.375 becomes 2.875, so 2.88 + 77.00 = 79.88, and 95.86 with tax.
    assert "Computed again from today's usage: €95.86" in console.sentences().replace("&#x27;", "'")
    console.press(draft, "finalize")
    finalized = Invoice.objects.get(pk=draft.pk)
    assert finalized.status == InvoiceStatus.FINALIZED
    assert f"Invoice {finalized.number} is final" in console.sentences()
    console.press(draft, "finalize", expect=403)


def test_a_button_asks_first_and_does_nothing_by_a_mere_link(organization: Organization) -> None:
    a_used_subscription(organization, invoice_grace_period=5)
    [draft] = bill(organization, at=instant("2024-02-01"))
    asked = Console(organization).open("invoices_invoice_do_one", draft.pk, "finalize")
    assert "cannot be changed any more" in words(asked)
    assert Invoice.objects.get(pk=draft.pk).status == InvoiceStatus.DRAFT


def test_the_pdf_is_downloaded(organization: Organization) -> None:
    a_used_subscription(organization)
    [invoice] = bill(organization, at=instant("2024-02-01"))
    response = Console(organization).browser.get(f"/admin/invoices/invoice/{invoice.pk}/do/pdf/")
    assert response["Content-Disposition"] == f'attachment; filename="{invoice.number}.pdf"'
    [page] = PdfReader(io.BytesIO(response.content)).pages
    assert invoice.number in page.extract_text()
