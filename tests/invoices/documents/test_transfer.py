"""Euros can be paid by scanning the invoice, where its issuer has an account."""

import pytest

from customers.services.billing_entity import update_billing_entity
from invoices.documents.assemble import assemble
from invoices.documents.content import BankTransfer
from invoices.documents.pdf import render_invoice
from invoices.documents.transfer import code_of
from invoices.models import Invoice
from invoices.queries import for_document
from tests.support.builders import a_customer, an_organization
from tests.support.invoices import an_invoice

IBAN = "DE89370400440532013000"
TRANSFER = BankTransfer("Acme GmbH", IBAN, "COBADEFFXXX", 11900, "ACM-001-001")


def document_of(invoice: Invoice):
    return assemble(for_document(Invoice.objects.filter(id=invoice.id)).get())


def test_a_code_is_a_square_of_modules():
    code = code_of(TRANSFER)

    assert all(len(row) == len(code) for row in code)
    # The finder pattern in the corner.
    assert code[0][:8] == (True,) * 7 + (False,)


def test_names_that_are_too_long_are_cut():
    assert code_of(BankTransfer("Ä" * 200, IBAN, "", 1, "№ " * 100))


@pytest.mark.django_db
class TestInvoices:
    @pytest.fixture
    def organization(self):
        organization = an_organization()
        entity = organization.billing_entities.get()
        update_billing_entity(billing_entity=entity, at=organization.now(), iban=IBAN, legal_name="Acme GmbH")
        return organization

    def test_an_invoice_in_euros_tells_where_to_pay(self, organization):
        invoice = an_invoice(a_customer(organization, "client"), 11900)

        document = document_of(invoice)

        assert document.transfer == BankTransfer("Acme GmbH", IBAN, "", 11900, invoice.number)
        assert len(render_invoice(document)) > 2000

    def test_other_currencies_and_what_is_self_billed_do_not(self, organization):
        dollars = an_invoice(a_customer(organization, "client"), currency="USD")
        partners = an_invoice(a_customer(organization, "partner", account_type="partner"))

        assert document_of(dollars).transfer is None
        assert document_of(partners).transfer is None

    def test_without_an_account_there_is_no_code(self):
        assert document_of(an_invoice(a_customer(an_organization(), "client"))).transfer is None
