"""Keeping the PDFs of issued invoices."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from customers.models import Organization
from invoices.documents import store
from invoices.documents.store import invoice_pdf
from invoices.models import Invoice, InvoiceDocument, InvoiceStatus
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization() -> Organization:
    return an_organization("Hooli")


def an_invoice(organization: Organization, **customer: Any) -> Invoice:
    a_customer(organization, "acme", **customer)
    a_subscription(organization, a_plan(organization), external_customer_id="acme")
    [invoice] = bill(organization, at=instant("2024-02-01"))
    return invoice


def test_an_issued_invoice_is_drawn_once(organization: Organization, django_assert_num_queries: Any) -> None:
    invoice = an_invoice(organization)
    first = invoice_pdf(invoice)
    assert first.content.startswith(b"%PDF-")
    with django_assert_num_queries(1):
        assert invoice_pdf(invoice) == first
    assert InvoiceDocument.objects.get().invoice_id == invoice.id


def test_a_draft_is_drawn_afresh_and_not_kept(organization: Organization) -> None:
    invoice = an_invoice(organization, invoice_grace_period=3)
    assert invoice_pdf(invoice).content.startswith(b"%PDF-")
    assert not InvoiceDocument.objects.exists()


def test_a_voided_invoice_gets_a_document_that_says_so(organization: Organization) -> None:
    invoice = an_invoice(organization)
    issued = invoice_pdf(invoice)
    invoice.change(at=organization.now(), status=InvoiceStatus.VOIDED, voided_at=organization.now())
    voided = invoice_pdf(invoice)
    assert voided.content != issued.content and voided.etag != issued.etag
    assert InvoiceDocument.objects.filter(invoice=invoice).count() == 2


def test_of_two_that_draw_at_once_both_answer_the_first(organization: Organization) -> None:
    invoice = an_invoice(organization)
    first = store._drawn(invoice)
    first.content, first.sha256 = b"%PDF-first", "0" * 64
    first.save()
    # The second looked before the first was there.
    assert store._keep(invoice).sha256 == first.sha256


def test_a_kept_document_cannot_be_changed(organization: Organization) -> None:
    invoice_pdf(an_invoice(organization))
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        InvoiceDocument.objects.update(content=b"forged")
