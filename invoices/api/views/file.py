"""The PDFs behind the ``file_url`` of invoices, credit notes and receipts."""

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing_site.kernel.api.views import find
from invoices.documents.credit_note import credit_note_pdf
from invoices.documents.receipt import receipt_pdf
from invoices.documents.store import Pdf, invoice_pdf
from invoices.file_link import ISSUED, credit_note_id_of, invoice_id_of, receipt_id_of
from invoices.models import CreditNote, CreditNoteStatus, Invoice, PaymentReceipt


class FileView(APIView):
    """The signed token is the permission, so that the address can be opened in a browser."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def pdf(self, request: Request, name: str, pdf: Pdf) -> HttpResponse:
        headers = {
            "ETag": pdf.etag,
            "Cache-Control": "private, no-cache",
            "Content-Disposition": f'inline; filename="{name}.pdf"',
        }
        if request.headers.get("If-None-Match") == pdf.etag:
            return HttpResponse(status=304, headers=headers)
        return HttpResponse(pdf.content, content_type="application/pdf", headers=headers)


class InvoiceFileView(FileView):
    def get(self, request: Request, token: str) -> Response | HttpResponse:
        invoice = find(Invoice.objects.filter(status__in=ISSUED), "file", id=invoice_id_of(token))
        return self.pdf(request, invoice.number, invoice_pdf(invoice))


class CreditNoteFileView(FileView):
    def get(self, request: Request, token: str) -> Response | HttpResponse:
        issued = CreditNote.objects.filter(status=CreditNoteStatus.FINALIZED)
        note = find(issued, "file", id=credit_note_id_of(token))
        return self.pdf(request, note.number, credit_note_pdf(note))


class ReceiptFileView(FileView):
    def get(self, request: Request, token: str) -> Response | HttpResponse:
        receipt = find(PaymentReceipt.objects.all(), "file", id=receipt_id_of(token))
        return self.pdf(request, receipt.number, receipt_pdf(receipt))
