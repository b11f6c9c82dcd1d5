"""What an invoice's document says."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing_site.kernel.formatting import format_period
from customers.models import Organization
from customers.services.billing_entity import update_billing_entity
from invoices.documents.assemble import assemble
from invoices.documents.content import (
    DocumentLine,
    DocumentStatus,
    DocumentTax,
    DocumentTier,
    InvoiceDocument,
    PaperSize,
    Period,
)
from invoices.models import Invoice
from invoices.queries import for_document
from tests.support.billing import a_plan_of_every_price, bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.plans import a_plan, a_subscription
from tests.support.usage import an_event, send

pytestmark = pytest.mark.django_db
JANUARY = Period(date(2024, 1, 1), date(2024, 1, 31))
FEBRUARY = Period(date(2024, 2, 1), date(2024, 2, 29))


@pytest.fixture
def organization() -> Organization:
    organization = an_organization("Hooli")
    a_tax(organization, applied_to_organization=True)
    return organization


def document_of(invoice: Invoice) -> InvoiceDocument:
    return assemble(for_document(Invoice.objects.all()).get(pk=invoice.pk))


def written(period: Period) -> str:
    return format_period(period.from_date, period.to_date, "en")


def january_of(organization: Organization, units: dict[str, int], **customer: Any) -> Invoice:
    """The January of a customer on a plan with every price, who used these units of its metrics."""
    a_customer(organization, "acme", **{"name": "Acme", **customer})
    a_subscription(organization, a_plan_of_every_price(organization), "acme-1", external_customer_id="acme")
    used = [
        an_event(code, value, external_subscription_id="acme-1", at=instant("2024-01-10"))
        for code, value in units.items()
    ]
    if used:
        send(organization, *used)
    [invoice] = bill(organization, at=instant("2024-02-01"))
    return invoice


def line_named(document: InvoiceDocument, label: str) -> DocumentLine:
    [line] = [line for group in document.groups for line in group.lines if line.label == label]
    return line


def test_lines_stand_under_their_subscription_with_its_period(organization: Organization) -> None:
    document = document_of(january_of(organization, {"standard": 1000}))
    [group] = document.groups
    assert (group.heading, group.period, document.billing_period) == ("Scale", JANUARY, JANUARY)
    assert group.lines[0].label == "Subscription fee"
    # 1,000 × 0.0025 = 2.50
    standard = line_named(document, "standard")
    assert (standard.units, standard.unit_amount, standard.amount_cents) == (1000, Decimal("0.0025"), 250)
    assert (standard.tax_rates_percent, standard.tiers, standard.description) == ((20,), (), "")


def test_the_tiers_of_a_graduated_price_are_told(organization: Organization) -> None:
    line = line_named(document_of(january_of(organization, {"graduated": 150})), "graduated")
    # 100 × 0.10 + 1 flat + 50 × 0.05 = 13.50
    assert (line.units, line.unit_amount, line.amount_cents) == (150, None, 1350)
    assert line.tiers == (
        DocumentTier("First 100 units", Decimal(100), Decimal("0.1"), 1000),
        DocumentTier("Flat fee", None, Decimal(1), 100),
        DocumentTier("Units from 101", Decimal(50), Decimal("0.05"), 250),
    )


def test_free_units_and_packages_are_told(organization: Organization) -> None:
    line = line_named(document_of(january_of(organization, {"package": 201})), "package")
    # 101 paid units need two packages of 100 at 5.00
    assert line.tiers == (
        DocumentTier("Free units", Decimal(100), Decimal(0), 0),
        DocumentTier("Packages of 100", Decimal(2), Decimal(5), 1000),
    )


def test_a_flat_fee_beside_the_price_of_all_units_is_told(organization: Organization) -> None:
    line = line_named(document_of(january_of(organization, {"volume": 200})), "volume")
    # 200 × 0.05 + 2 flat = 12.00
    assert (line.unit_amount, line.amount_cents) == (None, 1200)
    assert line.tiers == (
        DocumentTier("All units", None, Decimal("0.05"), 1000),
        DocumentTier("Flat fee", None, Decimal(2), 200),
    )


def test_one_price_of_all_units_needs_no_tiers(organization: Organization) -> None:
    line = line_named(document_of(january_of(organization, {"volume": 50})), "volume")
    assert (line.unit_amount, line.tiers) == (Decimal("0.1"), ())


def test_lines_of_other_periods_tell_them(organization: Organization) -> None:
    a_subscription(organization, a_plan_of_every_price(organization, pay_in_advance=True), "acme-1")
    send(organization, an_event("standard", 400, external_subscription_id="acme-1", at=instant("2024-01-10")))
    document = document_of(bill(organization, at=instant("2024-02-01"))[-1])
    # The fee is February's, the usage January's.
    assert (document.groups[0].period, document.billing_period) == (None, None)
    assert line_named(document, "Subscription fee").description == written(FEBRUARY)
    assert line_named(document, "standard").description == written(JANUARY)


def test_periods_are_dates_of_the_customers_time_zone(organization: Organization) -> None:
    invoice = january_of(organization, {}, timezone="America/New_York")
    # In New York it began on 31 December, and that day alone is the first period.
    assert document_of(invoice).groups[0].period == Period(date(2023, 12, 31), date(2023, 12, 31))


def test_taxes_show_their_base_and_totals_add_up(organization: Organization) -> None:
    totals = document_of(january_of(organization, {"standard": 1000})).totals
    # 49.00 + 2.50 + 1.00, the flat fee of the first graduated tier, which is due without usage
    assert (totals.fees_amount_cents, totals.sub_total_excluding_taxes_amount_cents) == (5250, 5250)
    assert totals.taxes == (DocumentTax("VAT", Decimal(20), 5250, 1050),)
    assert (totals.sub_total_including_taxes_amount_cents, totals.total_due_amount_cents) == (6300, 6300)


def test_words_and_address_follow_the_customers_locale(organization: Organization) -> None:
    address = {"address_line1": "Hauptstraße 1", "zipcode": "10115", "city": "Berlin", "country": "DE"}
    document = document_of(january_of(organization, {"graduated": 1}, document_locale="de", **address))
    assert document.locale == "de"
    assert document.customer.address_lines == ("Hauptstraße 1", "10115 Berlin", "Deutschland")
    assert document.groups[0].lines[0].label == "Grundgebühr"
    assert line_named(document, "graduated").tiers[0].label == "Erste 100 Einheiten"


def test_an_american_issuer_writes_on_letter_paper(organization: Organization) -> None:
    address = {"city": "Springfield", "state": "IL", "zipcode": "62701", "country": "US"}
    entity = organization.billing_entities.get()
    update_billing_entity(billing_entity=entity, at=organization.now(), invoice_footer="Thank you.", **address)
    document = document_of(january_of(organization, {}))
    assert document.issuer.address_lines == ("Springfield, IL 62701", "United States")
    assert (document.paper, document.footer) == (PaperSize.LETTER, "Thank you.")


def test_names_stay_as_they_were_on_the_day_of_the_invoice(organization: Organization) -> None:
    invoice = january_of(organization, {})
    a_customer(organization, "acme", name="Renamed")
    assert document_of(invoice).customer.name == "Acme"


def test_a_draft_says_so(organization: Organization) -> None:
    document = document_of(january_of(organization, {}, invoice_grace_period=3))
    assert document.status is DocumentStatus.DRAFT


def test_a_purchase_order_is_quoted(organization: Organization) -> None:
    a_subscription(organization, a_plan(organization), purchase_order_number="PO-7")
    [invoice] = bill(organization, at=instant("2024-02-01"))
    [section] = document_of(invoice).sections
    assert (section.title, section.text) == ("Purchase order", "PO-7")


def test_loaded_invoices_need_no_queries(organization: Organization, django_assert_num_queries: Any) -> None:
    january_of(organization, {"standard": 1, "graduated": 1, "package": 1})
    a_subscription(organization, a_plan(organization), "other", external_customer_id="acme")
    bill(organization, at=instant("2024-03-01"))
    invoices = list(for_document(Invoice.objects.all()))
    with django_assert_num_queries(0):
        assert len([assemble(invoice) for invoice in invoices]) == len(invoices) > 1
