"""Invoices under the EU's rules: the tax, the note that the law asks for, and the evidence."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from customers.services.billing_entity import update_billing_entity
from invoices.documents.assemble import assemble
from invoices.documents.content import TextSection
from invoices.documents.store import invoice_pdf
from invoices.documents.tax_notes import CATALOGUE, tax_note
from invoices.models import Invoice
from invoices.queries import for_document
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.invoices import an_invoice
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db
FRENCH = "FR40303265045"


@pytest.fixture
def organization():
    organization = an_organization()
    entity = organization.billing_entities.get()
    update_billing_entity(billing_entity=entity, at=organization.now(), eu_tax_management=True, country="DE")
    return organization


def sections_of(invoice):
    return assemble(for_document(Invoice.objects.all()).get(pk=invoice.pk)).sections


def test_reverse_charge_is_told_in_the_customers_language_and_stays_told(organization):
    acme = a_customer(
        organization, "acme", country="FR", tax_identification_number=FRENCH, document_locale="fr", currency="EUR"
    )
    invoice = an_invoice(acme, 10000)
    a_customer(organization, "acme", tax_identification_number="")

    assert (invoice.taxes_amount_cents, invoice.total_amount_cents) == (0, 10000)
    note = "Autoliquidation : taxe due par le preneur (articles 44 et 196, directive 2006/112/CE)."
    assert sections_of(invoice) == (TextSection("TVA", f"{note}\nNuméro de TVA du client : {FRENCH}"),)
    shown = ApiClient(organization).get(f"/invoices/{invoice.id}")["invoice"]
    assert [(tax["tax_code"], tax["tax_rate"]) for tax in shown["applied_taxes"]] == [("lago_eu_reverse_charge", 0.0)]
    evidence = ApiClient(organization).get(f"/invoices/{invoice.id}/vat_evidence")["vat_evidence"]
    assert (evidence["tax_identification_number"], evidence["number_is_valid"]) == (FRENCH, True)


def test_a_private_customer_pays_the_tax_of_its_country(organization):
    acme = a_customer(organization, "acme", country="HU")
    invoice = an_invoice(acme, 10000)
    # 27 % of 100.00
    assert invoice.taxes_amount_cents == 2700
    assert sections_of(invoice) == ()


def test_a_plan_with_a_tax_of_its_own_has_no_note(organization):
    a_tax(organization, "own", 10)
    a_customer(organization, "acme", country="US", currency="EUR")
    plan = a_plan(organization, "taxed", amount_cents=3000, tax_codes=["own"])
    a_subscription(organization, plan, "acme-1", external_customer_id="acme")
    (invoice,) = bill(organization, at=instant("2024-02-01"))

    # The tax of the plan comes before the customer's (T2).
    assert invoice.taxes_amount_cents == 300
    assert sections_of(invoice) == ()


def test_a_draft_follows_until_it_is_final(organization):
    a_customer(organization, "acme", country="FR", currency="EUR", invoice_grace_period=3)
    a_subscription(organization, a_plan(organization, amount_cents=3000), "acme-1", external_customer_id="acme")
    (draft,) = bill(organization, at=instant("2024-02-01"))
    assert draft.taxes_amount_cents == 600

    a_customer(organization, "acme", country="CH")
    (final,) = bill(organization, at=instant("2024-02-05"))

    assert final.taxes_amount_cents == 0
    assert [section.title for section in sections_of(final)] == ["VAT"]


def test_the_note_is_on_the_pdf(organization):
    acme = a_customer(organization, "acme", country="CH", name="Acme")
    invoice = an_invoice(acme, 10000)
    page = PdfReader(BytesIO(invoice_pdf(invoice).content)).pages[0]
    assert "Not subject to VAT in the European Union" in page.extract_text()


@pytest.mark.parametrize("locale", sorted(CATALOGUE))
def test_every_language_names_the_number(locale):
    title, text = tax_note({"rule": "reverse_charge", "tax_identification_number": FRENCH}, locale)
    assert title and FRENCH in text
