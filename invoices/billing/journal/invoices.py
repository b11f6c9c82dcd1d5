"""Stored invoices posted: issued, and taken back."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from invoices.billing.journal.entries import Books, Posting, post
from invoices.billing.journal.subjects import fees_by_invoice, stored_subject, tax_subject
from invoices.journal import (
    BilledInvoice,
    Lines,
    Subject,
    forfeited_lines,
    invoice_lines,
    of_paid_credits,
    void_lines,
    write_off_lines,
)
from invoices.models import (
    Credit,
    CreditStatus,
    Invoice,
    InvoiceAppliedTax,
    InvoiceType,
    JournalDocument,
    JournalEvent,
    TransactionType,
    WalletTransaction,
    WalletTransactionStatus,
)
from plans.periods import local_date


def post_invoices(invoice_ids: Collection[UUID], *, at: datetime) -> None:
    """As they were issued, dated on their issuing dates. Five statements."""
    if not invoice_ids:
        return
    invoices = list(Invoice.objects.filter(id__in=list(invoice_ids)).order_by("id"))
    lines = issued_lines(invoices)
    post([_posting(each, JournalEvent.ISSUED, lines[each.id]) for each in invoices], at=at)


def post_voids(invoices: Sequence[Invoice], *, replaced: Collection[UUID] = (), at: datetime) -> None:
    """The customers have everything again that paid these invoices; not of those that credit notes ``replaced`` (3-P2).

    They are voided already, with their ``voided_at`` and everything given back. Seven statements.
    """
    issued = issued_lines(invoices)
    given_back = [invoice for invoice in invoices if invoice.id not in replaced]
    voids = {invoice.id: _void_lines(invoice, issued[invoice.id], invoice.id in replaced) for invoice in invoices}
    voids |= {invoice_id: of_paid_credits(voids[invoice_id]) for invoice_id in _paid_top_ups(invoices)}
    lost = _forfeited(given_back)
    postings = [_posting(invoice, JournalEvent.VOIDED, voids[invoice.id]) for invoice in invoices]
    post([*postings, *(_posting(each, JournalEvent.FORFEITED, lost[each.id]) for each in given_back)], at=at)


def _paid_top_ups(invoices: Sequence[Invoice]) -> Collection[UUID]:
    """Those whose credits came in, and are worth something since then."""
    top_ups = [invoice.id for invoice in invoices if invoice.invoice_type == InvoiceType.CREDIT]
    settled = WalletTransaction.objects.filter(
        transaction_type=TransactionType.INBOUND, status=WalletTransactionStatus.SETTLED
    )
    return {each.invoice_id for each in settled.filter(invoice__in=top_ups) if each.invoice_id} if top_ups else set()


def _void_lines(invoice: Invoice, issued: Lines, is_replaced: bool) -> Lines:
    if is_replaced:
        return write_off_lines(issued, due_cents=max(invoice.outstanding_amount_cents, 0))
    return void_lines(issued, offset_cents=invoice.offset_amount_cents)


def _forfeited(invoices: Sequence[Invoice]) -> dict[UUID, Lines]:
    """What their voids gave back to wallets that have ended since and to credit notes that were voided. Two queries."""
    notes = Credit.objects.filter(invoice__in=invoices, credit_note__credit_status=CreditStatus.VOIDED).order_by()
    noted = dict(notes.values_list("invoice").annotate(Sum("amount_cents")))
    grants = WalletTransaction.objects.filter(voided_invoice__in=invoices).order_by()
    granted = dict(grants.values_list("voided_invoice").annotate(Sum("amount_cents")))
    return {
        each.id: forfeited_lines(
            credit_notes_cents=noted.get(each.id, 0),
            credits_cents=each.prepaid_credit_amount_cents - granted.get(each.id, 0),
        )
        for each in invoices
    }


def issued_lines(invoices: Sequence[Invoice]) -> dict[UUID, Lines]:
    """By invoice. Two queries."""
    ids = [invoice.id for invoice in invoices]
    fees = fees_by_invoice(ids)
    taxes: dict[UUID, list[tuple[Subject, int]]] = defaultdict(list)
    for applied in InvoiceAppliedTax.objects.filter(invoice__in=ids).order_by("created_at", "id"):
        taxes[applied.invoice_id].append((tax_subject(applied.tax_id, applied.tax_code), applied.amount_cents))
    parts = {each: [(stored_subject(fee), fee.amount_cents) for fee in fees.get(each, ())] for each in ids}
    return {each.id: invoice_lines(_billed(each, parts[each.id], taxes[each.id])) for each in invoices}


def _billed(
    invoice: Invoice, fees: Sequence[tuple[Subject, int]], taxes: Sequence[tuple[Subject, int]]
) -> BilledInvoice:
    return BilledInvoice(
        fees,
        taxes,
        invoice.taxes_amount_cents,
        invoice.progressive_billing_credit_amount_cents,
        invoice.coupons_amount_cents,
        invoice.credit_notes_amount_cents,
        invoice.prepaid_credit_amount_cents,
        invoice.total_amount_cents,
    )


def _posting(invoice: Invoice, event: JournalEvent, lines: Lines) -> Posting:
    date = invoice.issuing_date
    if event != JournalEvent.ISSUED:
        assert invoice.voided_at, "a voided invoice says when"
        date = local_date(invoice.voided_at, invoice.timezone)
    return Posting(books_of_invoice(invoice), JournalDocument.INVOICE, invoice.id, event, date, lines)


def books_of_invoice(invoice: Invoice) -> Books:
    return Books(invoice.organization_id, invoice.billing_entity_id, invoice.customer_id, invoice.currency)
