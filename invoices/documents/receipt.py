"""A payment's receipt as a PDF: the invoices that it paid, and the sum. It looks like an invoice."""

from hashlib import sha256

from billing_site.kernel.formatting import FALLBACK_LOCALE
from invoices.documents.content import DocumentLine, DocumentTotals, InvoiceDocument, LineGroup, TextSection
from invoices.documents.labels import document_locale
from invoices.documents.parties import paper_of, party_of
from invoices.documents.pdf import render
from invoices.documents.receipt_labels import ReceiptWords, labels_of_receipts, words_of_receipts
from invoices.documents.store import Pdf
from invoices.models import Invoice, Payment, PaymentAllocation, PaymentReceipt
from plans.periods import local_date


def receipt_pdf(receipt: PaymentReceipt) -> Pdf:
    """Drawn each time: nothing that it shows ever changes. Two queries."""
    payment = Payment.objects.get(id=receipt.payment_id)
    allocations = list(payment.allocations.select_related("invoice").order_by("created_at", "id"))
    document = receipt_document(receipt, payment, allocations)
    content = render(document, labels_of_receipts(document.locale))
    return Pdf(content, f'"{sha256(content).hexdigest()}"')


def receipt_document(
    receipt: PaymentReceipt, payment: Payment, allocations: list[PaymentAllocation]
) -> InvoiceDocument:
    """Names and addresses are those of the first invoice, as it kept them."""
    first: Invoice = allocations[0].invoice
    locale = document_locale(first.customer_snapshot.get("locale") or FALLBACK_LOCALE)
    words = words_of_receipts(locale)
    amount = payment.amount_cents
    return InvoiceDocument(
        number=receipt.number,
        issuer=party_of(first.issuer_snapshot, locale),
        customer=party_of(first.customer_snapshot, locale),
        issuing_date=local_date(payment.paid_at, first.timezone),
        currency=payment.amount_currency,
        groups=(LineGroup(tuple(_line(allocation, words) for allocation in allocations)),),
        totals=DocumentTotals(amount, amount, amount, amount, only_total=True),
        locale=locale,
        title=words.receipt,
        sections=(TextSection(words.reference, payment.reference),) if payment.reference else (),
        footer=first.issuer_snapshot.get("invoice_footer", ""),
        paper=paper_of(first.issuer_snapshot),
    )


def _line(allocation: PaymentAllocation, words: ReceiptWords) -> DocumentLine:
    label = words.invoice.format(number=allocation.invoice.number)
    return DocumentLine(label=label, units=None, unit_amount=None, amount_cents=allocation.amount_cents)
