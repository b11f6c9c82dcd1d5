"""Custom sections: texts that are picked for issuers and customers, and that invoices keep."""

import pytest
from django.db import transaction
from django.db.utils import IntegrityError

from customers.models import InvoiceCustomSection
from customers.services.custom_section import update_section
from invoices.documents.assemble import assemble
from invoices.documents.content import TextSection
from invoices.models import Invoice
from invoices.queries import for_document
from tests.support.api import ApiClient
from tests.support.builders import a_customer, an_organization
from tests.support.console import Console
from tests.support.invoices import an_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization():
    return an_organization()


@pytest.fixture
def api(organization):
    return ApiClient(organization)


def a_section(api, code, **values):
    body = {"code": code, "name": code.title(), "display_name": f"On {code}", "details": f"About {code}.", **values}
    return api.post("/invoice_custom_sections", {"invoice_custom_section": body})["invoice_custom_section"]


def applied_to(api, invoice):
    shown = api.get(f"/invoices/{invoice.id}")["invoice"]
    return [each["code"] for each in shown["applied_invoice_custom_sections"]]


def test_sections_are_made_changed_listed_and_deleted(api):
    made = a_section(api, "terms", description="Of payment")
    changed = api.put("/invoice_custom_sections/terms", {"invoice_custom_section": {"details": "Pay."}})

    assert {name: made[name] for name in ("code", "name", "description", "details", "display_name")} == {
        "code": "terms",
        "name": "Terms",
        "description": "Of payment",
        "details": "About terms.",
        "display_name": "On terms",
    }
    assert changed["invoice_custom_section"] == {**made, "details": "Pay."}
    assert api.get("/invoice_custom_sections")["invoice_custom_sections"] == [changed["invoice_custom_section"]]
    api.delete("/invoice_custom_sections/terms")
    api.get("/invoice_custom_sections/terms", expect=404)
    assert a_section(api, "terms")["lago_id"] != made["lago_id"]
    api.post("/invoice_custom_sections", {"invoice_custom_section": {"code": "terms", "name": "Twice"}}, expect=422)


def test_the_customers_own_come_before_the_issuers_and_it_can_skip_them_all(organization, api):
    for code in ("bank", "terms", "thanks"):
        a_section(api, code)
    api.put("/billing_entities/default", {"billing_entity": {"invoice_custom_section_codes": ["terms", "bank"]}})
    customer = a_customer(organization, "acme")

    of_issuer = an_invoice(customer)
    a_customer(organization, "acme", invoice_custom_section_codes=["thanks"])
    own = an_invoice(customer)
    a_customer(organization, "acme", skip_invoice_custom_sections=True)
    none = an_invoice(customer)

    assert [applied_to(api, each) for each in (of_issuer, own, none)] == [["bank", "terms"], ["thanks"], []]
    assert api.get("/customers/acme")["customer"]["applicable_invoice_custom_sections"] == []
    entity = api.get("/billing_entities/default")["billing_entity"]
    assert [each["code"] for each in entity["selected_invoice_custom_sections"]] == ["bank", "terms"]
    unknown = {"customer": {"external_id": "acme", "invoice_custom_section_codes": ["nothing"]}}
    assert api.post("/customers", unknown, expect=404)["code"] == "invoice_custom_section_not_found"


def test_an_invoice_keeps_the_text_that_it_was_issued_with(organization, api):
    a_section(api, "terms", applied_to_organization=True)
    invoice = an_invoice(a_customer(organization, "acme"))
    update_section(section=InvoiceCustomSection.objects.get(), at=organization.now(), details="Other.")

    document = assemble(for_document(Invoice.objects.all()).get(pk=invoice.pk))
    assert document.sections == (TextSection("On terms", "About terms."),)
    (applied,) = api.get(f"/invoices/{invoice.id}")["invoice"]["applied_invoice_custom_sections"]
    assert (applied["lago_invoice_id"], applied["details"]) == (str(invoice.id), "About terms.")
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(custom_sections=[])


def test_operators_write_sections_and_pick_them(organization):
    console = Console(organization)
    text = {"name": "Terms", "code": "terms", "display_name": "Terms of payment", "details": "Within 30 days."}
    console.submit("customers_invoicecustomsection_add", **text, applied_to_organization="on")
    section = InvoiceCustomSection.objects.get()

    assert [entity.is_default for entity in section.billing_entities.all()] == [True]
    assert "Within 30 days." in console.show(section)
    assert "Terms of payment" in console.open("customers_invoicecustomsection_changelist")
    console.press(section, "delete")
    section.refresh_from_db()
    assert section.deleted_at is not None
    assert not section.billing_entities.exists()


def test_a_code_is_there_once(organization, api):
    a_section(api, "terms")
    with pytest.raises(IntegrityError, match="invoice_custom_section_code_unique"), transaction.atomic():
        InvoiceCustomSection.objects.create(
            organization=organization, code="terms", name="Twice", created_at=organization.now()
        )
