"""The PDFs of invoices: issued ones are drawn once and kept, drafts are drawn afresh each time."""

from hashlib import sha256
from typing import Any, NamedTuple

from django.db import transaction

from invoices.documents.assemble import assemble
from invoices.documents.pdf import TEMPLATE_VERSION, render_invoice
from invoices.models import Invoice, InvoiceDocument, InvoiceStatus
from invoices.queries import for_document
from invoices.signals import invoice_drawn

ISSUED = (InvoiceStatus.FINALIZED, InvoiceStatus.VOIDED)


class Pdf(NamedTuple):
    """``etag`` is quoted, as HTTP wants it, and changes with the content."""

    content: bytes
    etag: str


def invoice_pdf(invoice: Invoice) -> Pdf:
    """The PDF of ``invoice``: one query when it is kept already, a constant number else.

    Of two calls at once for a new document both answer what was kept first.
    """
    kept = _kept(invoice) if invoice.status in ISSUED else None
    if kept is None:
        current = for_document(Invoice.objects.filter(id=invoice.id)).get()
        kept = _keep(current) if current.status in ISSUED else _drawn(current)
    return Pdf(bytes(kept.content), f'"{kept.sha256}"')


def _kept(invoice: Invoice) -> InvoiceDocument | None:
    return InvoiceDocument.objects.filter(invoice=invoice, invoice_status=invoice.status).first()


@transaction.atomic
def _keep(invoice: Invoice) -> InvoiceDocument:
    drawn = _drawn(invoice)
    kept, is_new = InvoiceDocument.objects.get_or_create(
        invoice=invoice, invoice_status=invoice.status, defaults=_content_of(drawn)
    )
    if is_new:
        invoice_drawn.send(Invoice, invoice=invoice)
    return kept


def _drawn(invoice: Invoice) -> InvoiceDocument:
    document = assemble(invoice)
    content = render_invoice(document)
    return InvoiceDocument(
        invoice=invoice,
        invoice_status=invoice.status,
        locale=document.locale,
        template_version=TEMPLATE_VERSION,
        sha256=sha256(content).hexdigest(),
        content=content,
    )


def _content_of(drawn: InvoiceDocument) -> dict[str, Any]:
    return {name: getattr(drawn, name) for name in ("locale", "template_version", "sha256", "content")}
