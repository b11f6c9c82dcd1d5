"""The PDF behind a ``file_url``."""

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing_site.kernel.api.views import find
from invoices.documents.store import invoice_pdf
from invoices.file_link import ISSUED, invoice_id_of
from invoices.models import Invoice


class InvoiceFileView(APIView):
    """The signed token is the permission, so that the address can be opened in a browser."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def get(self, request: Request, token: str) -> Response | HttpResponse:
        invoice = find(Invoice.objects.filter(status__in=ISSUED), "file", id=invoice_id_of(token))
        pdf = invoice_pdf(invoice)
        headers = {
            "ETag": pdf.etag,
            "Cache-Control": "private, no-cache",
            "Content-Disposition": f'inline; filename="{invoice.number}.pdf"',
        }
        if request.headers.get("If-None-Match") == pdf.etag:
            return HttpResponse(status=304, headers=headers)
        return HttpResponse(pdf.content, content_type="application/pdf", headers=headers)
