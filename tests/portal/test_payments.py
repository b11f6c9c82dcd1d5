"""Customers see what they paid on an invoice, and get the receipt."""

import re

import pytest
from django.test import Client

from invoices.models import PaymentReceipt
from invoices.services.payment import Part, record_payment
from tests.portal.visitor import Visitor
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.invoices import an_invoice

pytestmark = pytest.mark.django_db


def test_payments_are_listed_with_their_receipts() -> None:
    organization = an_organization(at=instant("2024-03-10"))
    customer = a_customer(organization, "acme", document_locale="en")
    invoice = an_invoice(customer, 10000)
    visitor = Visitor(customer)
    assert "Payments" not in visitor.text(f"invoices/{invoice.id}")
    parts = [Part(invoice.id, 2000)]
    record_payment(organization=organization, parts=parts, reference="transfer 1", at=organization.now())

    page = visitor.text(f"invoices/{invoice.id}")

    assert "Payments" in page and "transfer 1" in page and "€20.00" in page
    assert "€80.00" in page
    (found,) = re.findall(r'href="[^"]*(/files/payment_receipts/[^"]+)"', page)
    assert Client().get(found).content.startswith(b"%PDF")
    assert PaymentReceipt.objects.get().number in page
