"""What customers see."""

import re
from typing import Any

import pytest

from billing_site.portal import views
from billing_site.portal.words import CATALOGUE
from customers.models import Customer, Organization
from invoices.models import CreditNote, Invoice, InvoiceStatus, PaymentStatus
from plans.services.subscription import terminate_subscription
from tests.portal.visitor import Visitor
from tests.support.billing import a_plan_of_every_price, bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    organization = an_organization("Hooli")
    a_tax(organization, applied_to_organization=True)
    return organization


def words_of(page: str) -> str:
    """What a reader sees, with plain spaces."""
    return re.sub(r"(\s|<[^>]+>)+", " ", page)


def acme(organization: Organization, **values: Any) -> Customer:
    """Uses 1,000 units of "standard" on 10 January and 2,000 on 10 February; billed up to 11 February."""
    customer = a_customer(organization, "acme", **{"name": "Acme", "net_payment_term": 30, **values})
    plan = a_plan_of_every_price(organization)
    a_subscription(organization, plan, "acme-1", external_customer_id="acme", name="Production")
    for day, units in (("2024-01-10", 1000), ("2024-02-10", 2000)):
        send(organization, an_event("standard", units, external_subscription_id="acme-1", at=instant(day)))
    bill(organization, at=instant("2024-02-11"))
    return customer


def several_invoices(organization: Organization, months: int, **values: Any) -> Customer:
    customer = a_customer(organization, "acme", **values)
    a_subscription(organization, a_plan(organization), "acme-1", external_customer_id="acme")
    bill(organization, at=instant(f"2024-{months + 1:02d}-01"))
    return customer


def the_invoice(customer: Customer) -> Invoice:
    return Invoice.objects.get(customer=customer)


def test_the_overview_tells_what_is_due_and_what_comes(organization: Organization) -> None:
    page = words_of(Visitor(acme(organization)).text())
    # 49.00 + 1,000 × 0.0025 + 1.00 flat = 52.50; with 20 % tax 63.00
    assert "To pay €63.00 Pay by March 2, 2024 Open invoices: 1" in page
    assert "Next invoice March 1, 2024" in page


def test_the_overview_tells_the_running_periods_usage(organization: Organization) -> None:
    page = words_of(Visitor(acme(organization)).text())
    assert "Production Scale Feb 1 – 29, 2024 Day 11 of 29" in page
    # 2,000 × 0.0025 = 5.00
    assert "standard 2,000 €5.00" in page
    # 5.00 and the flat 1.00 of the first graduated tier; 20 % of it is 1.20
    assert "Usage excl. tax €6.00 VAT €1.20 Total so far €7.20 The plan’s fee of €49.00 is not included." in page


def test_usage_is_broken_down_by_pricing_group(organization: Organization) -> None:
    customer = a_customer(organization, "acme")
    properties = {"amount": "2", "pricing_group_keys": ["region"]}
    plan = a_plan(organization, charges=[a_charge(a_metric(organization), properties=properties)])
    a_subscription(organization, plan, "acme-1", external_customer_id="acme")
    for region, units in (("eu", 1), ("us", 3)):
        event = an_event(value=units, external_subscription_id="acme-1", properties={"region": region})
        send(organization, event)
    page = words_of(Visitor(customer).text())
    assert "tokens 4 €8.00 us 3 €6.00 eu 1 €2.00" in page


def test_a_customer_without_anything_sees_a_calm_page(organization: Organization) -> None:
    page = words_of(Visitor(a_customer(organization, name="Acme")).text())
    assert "To pay Nothing to pay" in page
    assert "Next invoice None planned" in page
    assert "There is no active subscription." in page and "No invoices yet." in page


def test_paid_overdue_and_void_invoices_are_told_apart(organization: Organization) -> None:
    customer = several_invoices(organization, 3, name="Acme")
    void, paid, overdue = Invoice.objects.order_by("issuing_date")
    at = organization.now()
    void.change(at=at, status=InvoiceStatus.VOIDED, voided_at=at)
    paid.change(at=at, payment_status=PaymentStatus.SUCCEEDED, total_paid_amount_cents=paid.total_amount_cents)
    overdue.change(at=at, payment_overdue=True)
    visitor = Visitor(customer)
    page = words_of(visitor.text("invoices"))
    # 30.00 and 20 % tax
    assert f"{overdue.number} Apr 1, 2024 Overdue €36.00 Due €36.00 PDF" in page
    assert f"{paid.number} Mar 1, 2024 Paid €36.00 PDF" in page
    assert f"{void.number} Feb 1, 2024 Void €36.00 PDF" in page
    assert "€36.00 €36.00 overdue" in words_of(visitor.text())


def test_drafts_are_not_shown(organization: Organization) -> None:
    customer = several_invoices(organization, 1, invoice_grace_period=3)
    draft = the_invoice(customer)
    visitor = Visitor(customer)
    assert draft.number not in visitor.text("invoices")
    visitor.get(f"invoices/{draft.id}", expect=404)
    visitor.get(f"invoices/{draft.id}.pdf", expect=404)


def test_long_lists_come_in_pages(organization: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "INVOICES_A_PAGE", 2)
    visitor = Visitor(several_invoices(organization, 5))
    seen: list[str] = []
    page, query = visitor.text("invoices"), ""
    while True:
        seen += re.findall(r"HOO-[\w-]+(?=</a>)", page)
        older = re.search(r'href="(\?after=[^"]+)"', page)
        if older is None:
            break
        query = older[1]
        page = visitor.text(f"invoices{query}")
    numbers = Invoice.objects.order_by("-issuing_date").values_list("number", flat=True)
    assert seen == list(numbers) and len(seen) == 5


@pytest.mark.parametrize("after", ["nonsense", "0190f8b0-0000-7000-8000-000000000000", "%00"])
def test_a_page_after_nothing_known_is_the_first(organization: Organization, after: str) -> None:
    visitor = Visitor(several_invoices(organization, 1))
    assert "HOO-" in visitor.text(f"invoices?after={after}")


def test_an_invoice_shows_its_lines_taxes_and_totals(organization: Organization) -> None:
    customer = acme(organization)
    page = words_of(Visitor(customer).text(f"invoices/{the_invoice(customer).id}"))
    assert "Production Jan 1 – 31, 2024" in page
    assert "standard 1,000 €0.0025 20% €2.50" in page
    assert "graduated 0 20% €1.00 First 100 units 0 €0.10 €0.00 Flat fee €1.00 €1.00" in page
    assert "Subtotal excl. tax €52.50 VAT (20% on €52.50) €10.50 Subtotal incl. tax €63.00 Total due €63.00" in page


def test_another_customers_invoice_does_not_exist(organization: Organization) -> None:
    theirs = the_invoice(several_invoices(organization, 1))
    visitor = Visitor(a_customer(organization, "other"))
    assert "There is nothing here" in visitor.get(f"invoices/{theirs.id}", expect=404).content.decode()
    visitor.get(f"invoices/{theirs.id}.pdf", expect=404)
    assert theirs.number not in visitor.text(f"invoices?after={theirs.id}")


def test_the_pdf_is_downloaded_under_its_number(organization: Organization) -> None:
    customer = several_invoices(organization, 1)
    invoice = the_invoice(customer)
    response = Visitor(customer).get(f"invoices/{invoice.id}.pdf")
    assert response.content.startswith(b"%PDF-")
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{invoice.number}.pdf"'
    assert response.headers["Cache-Control"] == "private, no-cache"


def test_an_unchanged_pdf_is_not_sent_again(organization: Organization) -> None:
    customer = several_invoices(organization, 1)
    visitor, path = Visitor(customer), f"invoices/{the_invoice(customer).id}.pdf"
    etag = visitor.get(path).headers["ETag"]
    again = visitor.get(path, expect=304, if_none_match=etag)
    assert (again.content, again.headers["ETag"]) == (b"", etag)


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("fr", "À payer 63,00 € À payer au plus tard le 2 mars 2024"),
        ("de", "Zu zahlen 63,00 € Zahlbar bis 2. März 2024"),
        ("es", "Por pagar 63,00 € A pagar hasta el 2 de marzo de 2024"),
        ("fi", "To pay €63.00 Pay by March 2, 2024"),
    ],
)
def test_words_dates_and_money_follow_the_customer(organization: Organization, locale: str, written: str) -> None:
    page = Visitor(acme(organization, document_locale=locale)).text()
    assert written in words_of(page)
    assert f'<html lang="{"en" if locale == "fi" else locale}">' in page


def test_every_word_is_used_and_said_in_every_language() -> None:
    english = CATALOGUE["en"]
    for locale, words in CATALOGUE.items():
        for name in english.__slots__:
            said, meant = getattr(words, name), getattr(english, name)
            assert said, f"{locale}: {name}"
            assert set(re.findall(r"{\w+}", said)) == set(re.findall(r"{\w+}", meant)), f"{locale}: {name}"


def test_days_are_those_of_the_customers_time_zone(organization: Organization) -> None:
    customer = a_customer(organization, "acme", timezone="America/Los_Angeles")
    a_subscription(organization, a_plan(organization), external_customer_id="acme", at=instant("2024-01-02"))
    organization.change(at=organization.now(), test_clock_at=instant("2024-01-20T07:00:00Z"))
    # 07:00 UTC on the 20th is 23:00 on the 19th there.
    page = words_of(Visitor(customer).text())
    assert "Next invoice February 1, 2024" in page and "Day 19 of 31" in page


def test_names_are_written_as_text(organization: Organization) -> None:
    customer = a_customer(organization, "acme", name="<script>alert(1)</script>")
    assert "<script" not in Visitor(customer).text()


def test_pages_take_a_constant_number_of_queries(
    organization: Organization, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    customer = acme(organization)
    visitor = Visitor(customer)
    with django_assert_max_num_queries(20) as one:
        visitor.get()
    other = a_plan(organization, charges=[a_charge(a_metric(organization))])
    for number in range(3):
        a_subscription(organization, other, f"more-{number}", external_customer_id="acme")
    bill(organization, at=instant("2024-04-15"))
    with django_assert_num_queries(len(one)):
        visitor.get()
    with django_assert_num_queries(2):
        visitor.get("invoices")
    last = Invoice.objects.filter(customer=customer).order_by("issuing_date").last()
    assert last is not None
    with django_assert_max_num_queries(18):
        visitor.get(f"invoices/{last.id}")


def test_each_line_of_an_invoice_tells_how_it_was_calculated(organization: Organization) -> None:
    customer = acme(organization)
    page = words_of(Visitor(customer).text(f"invoices/{the_invoice(customer).id}"))
    assert "How this was calculated" in page
    # Standard: 1,000 × 0.0025 = 2.50 and 20 % of it
    assert "Events counted: 1 1,000 × €0.0025 = €2.50 Exactly €2.50, rounded €2.50 VAT: €2.50 × 20% → €0.50" in page
    assert "1 × €49.00 × 31 / 31 = €49.00" in page


def test_credit_notes_are_listed_with_what_is_left_and_their_pdf(organization: Organization) -> None:
    plan = a_plan(organization, amount_cents=3100, pay_in_advance=True)
    ended = a_subscription(organization, plan, external_customer_id="acme")
    terminate_subscription(subscription=ended, at=organization.now())
    note = CreditNote.objects.get()
    visitor = Visitor(note.customer)
    # 30 unused days of 1.00 and 20 % tax
    assert f"{note.number} Jan 1, 2024 Available €36.00 Left €36.00 PDF" in words_of(visitor.text("credit_notes"))
    assert visitor.get(f"credit_notes/{note.id}.pdf").content.startswith(b"%PDF")
    other = Visitor(a_customer(organization, "other"))
    assert "No credit notes yet." in other.text("credit_notes")
    other.get(f"credit_notes/{note.id}.pdf", expect=404)


def test_what_is_offset_is_not_to_pay(organization: Organization) -> None:
    plan = a_plan(organization, amount_cents=3100, pay_in_advance=True)
    ended = a_subscription(organization, plan, external_customer_id="acme")
    terminate_subscription(subscription=ended, at=organization.now(), on_termination_credit_note="offset")
    # 37.20 less 36.00
    assert "To pay €1.20" in words_of(Visitor(ended.customer).text())
