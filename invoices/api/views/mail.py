"""Documents sent to customers again, over the API. The body has no root; what is sent is answered."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from invoices.api.inputs.mail import ResendInput
from invoices.api.views.invoice import answer
from invoices.queries import invoice_by_id, receipts_for_wire, receipts_of
from invoices.services.mail import Addresses, resend_invoice, resend_receipt
from invoices.wire.invoice import InvoiceDetailsWire
from invoices.wire.payment_receipt import PaymentReceiptWire, payment_receipt_wire


class ResendView(OrganizationAPIView):
    def addresses(self) -> Addresses:
        return Addresses(**ResendInput.checked(self.request.data or {}))  # type: ignore[typeddict-item]


class ResendInvoiceView(ResendView):
    @operation("invoice", InvoiceDetailsWire)
    def post(self, request: Request, lago_id: str) -> Response:
        invoice = invoice_by_id(self.organization, lago_id)
        resend_invoice(invoice=invoice, addresses=self.addresses())
        return answer(self, invoice.id)


class ResendReceiptView(ResendView):
    @operation("payment_receipt", PaymentReceiptWire)
    def post(self, request: Request, lago_id: str) -> Response:
        receipt = find(receipts_for_wire(receipts_of(self.organization)), "payment_receipt", id=lago_id)
        resend_receipt(receipt=receipt, addresses=self.addresses())
        return self.answer(payment_receipt=payment_receipt_wire(receipt))
