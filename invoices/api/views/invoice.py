"""Invoices over the API."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from customers.queries import customers_of
from customers.wire.vat_evidence import VatEvidenceWire, vat_evidence_wire
from invoices.api.filters import InvoiceFilters
from invoices.api.inputs.invoice import InvoiceInput, OneOffInvoiceInput, VoidInput
from invoices.billing.credit_notes.voids import VoidCredit
from invoices.models import Invoice
from invoices.queries import for_wire, invoice_by_id, invoice_details, invoices_of
from invoices.services.dispute import lose_dispute
from invoices.services.document import make_invoice_document
from invoices.services.invoice import delete_draft, finalize_invoice, refresh_invoice, retry_invoice, update_invoice
from invoices.services.one_off import create_one_off_invoice
from invoices.services.void import void_invoice
from invoices.wire.invoice import InvoiceDetailsWire, InvoiceWire, invoice_details_wire, invoices_wire


class InvoicesView(OrganizationAPIView):
    @operation("invoices", InvoiceWire, filters=InvoiceFilters, listed=True)
    def get(self, request: Request) -> Response:
        found = self.filtered(InvoiceFilters, invoices_of(self.organization))
        return self.page("invoices", for_wire(found), invoices_wire)

    @operation("invoice", InvoiceDetailsWire, takes=OneOffInvoiceInput)
    def post(self, request: Request) -> Response:
        terms = self.arguments(OneOffInvoiceInput)
        return answer(self, create_one_off_invoice(organization=self.organization, at=self.at, **terms).id)


class CustomerInvoicesView(OrganizationAPIView):
    @operation("invoices", InvoiceWire, filters=InvoiceFilters, listed=True)
    def get(self, request: Request, external_customer_id: str) -> Response:
        customer = find(customers_of(self.organization), "customer", external_id=external_customer_id)
        found = self.filtered(InvoiceFilters, invoices_of(self.organization).filter(customer=customer))
        return self.page("invoices", for_wire(found), invoices_wire)


class InvoiceView(OrganizationAPIView):
    @operation("invoice", InvoiceDetailsWire)
    def get(self, request: Request, lago_id: str) -> Response:
        return answer(self, invoice_by_id(self.organization, lago_id).id)

    @operation("invoice", InvoiceDetailsWire, takes=InvoiceInput)
    def put(self, request: Request, lago_id: str) -> Response:
        invoice = invoice_by_id(self.organization, lago_id)
        changes = self.arguments(InvoiceInput, updating=True)
        return answer(self, update_invoice(invoice=invoice, at=self.at, changes=changes).id)

    @operation("invoice", InvoiceDetailsWire)
    def delete(self, request: Request, lago_id: str) -> Response:
        invoice = invoice_by_id(self.organization, lago_id)
        return answer(self, delete_draft(invoice=invoice, at=self.at).id)


class InvoiceVatEvidenceView(OrganizationAPIView):
    @operation("vat_evidence", VatEvidenceWire)
    def get(self, request: Request, lago_id: str) -> Response:
        """Why the EU's rules chose the tax, as it was known when the invoice was made; null where they did not."""
        invoice = invoice_by_id(self.organization, lago_id)
        return self.answer(vat_evidence=vat_evidence_wire(invoice.customer_snapshot.get("vat") or {}))


class RefreshView(OrganizationAPIView):
    @operation("invoice", InvoiceDetailsWire)
    def put(self, request: Request, lago_id: str) -> Response:
        invoice = invoice_by_id(self.organization, lago_id)
        return answer(self, refresh_invoice(invoice=invoice, at=self.at).id)


class FinalizeView(OrganizationAPIView):
    @operation("invoice", InvoiceDetailsWire)
    def put(self, request: Request, lago_id: str) -> Response:
        invoice = invoice_by_id(self.organization, lago_id)
        return answer(self, finalize_invoice(invoice=invoice, at=self.at).id)


class VoidView(OrganizationAPIView):
    @operation("invoice", InvoiceDetailsWire, takes=VoidInput)
    def post(self, request: Request, lago_id: str) -> Response:
        """Takes a final invoice back. What the customer keeps of it is said with ``generate_credit_note``."""
        invoice = invoice_by_id(self.organization, lago_id)
        given = VoidInput.checked(request.data)
        credit = VoidCredit(given["credit_amount"], given["refund_amount"]) if given["generate_credit_note"] else None
        return answer(self, void_invoice(invoice=invoice, at=self.at, credit=credit).id)


class LoseDisputeView(OrganizationAPIView):
    """The published clients send PUT, the reference system takes POST."""

    @operation("invoice", InvoiceDetailsWire)
    def post(self, request: Request, lago_id: str) -> Response:
        invoice = invoice_by_id(self.organization, lago_id)
        return answer(self, lose_dispute(invoice=invoice, at=self.at).id)

    @operation("invoice", InvoiceDetailsWire)
    def put(self, request: Request, lago_id: str) -> Response:
        return self.post(request, lago_id)


class RetryView(OrganizationAPIView):
    @operation("invoice", InvoiceDetailsWire)
    def post(self, request: Request, lago_id: str) -> Response:
        return answer(self, retry_invoice(invoice=invoice_by_id(self.organization, lago_id)).id)


class DownloadView(OrganizationAPIView):
    @operation("invoice", InvoiceDetailsWire)
    def post(self, request: Request, lago_id: str) -> Response:
        """Draws the PDF; the invoice with its ``file_url``. A draft has none."""
        invoice = invoice_by_id(self.organization, lago_id)
        make_invoice_document(invoice=invoice)
        return answer(self, invoice.id)


def answer(view: OrganizationAPIView, invoice_id: UUID) -> Response:
    shown: Invoice = invoice_details(view.organization, invoice_id)
    return view.answer(invoice=invoice_details_wire(shown, at=view.at))
