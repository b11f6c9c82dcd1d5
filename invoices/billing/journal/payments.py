"""Money posted that came in, or went back."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from invoices.billing.journal.entries import Posting, post
from invoices.billing.journal.invoices import books_of_invoice
from invoices.journal import payment_lines, refund_lines, reversed_lines
from invoices.models import (
    CreditNote,
    JournalDocument,
    JournalEntry,
    JournalEvent,
    PaymentAllocation,
    PaymentStatus,
    RefundStatus,
)
from plans.periods import local_date


def post_payments(payment_ids: Collection[UUID], *, at: datetime) -> None:
    """What each invoice got of payments that were made, dated on the day they were made. Three statements."""
    made = PaymentAllocation.objects.filter(
        payment__in=list(payment_ids), payment__payment_status=PaymentStatus.SUCCEEDED
    )
    allocations = made.select_related("payment", "invoice").order_by("id")
    post([_payment_posting(allocation) for allocation in allocations], at=at)


def _payment_posting(allocation: PaymentAllocation) -> Posting:
    invoice = allocation.invoice
    return Posting(
        books=books_of_invoice(invoice),
        document=JournalDocument.PAYMENT_ALLOCATION,
        document_id=allocation.id,
        event=JournalEvent.PAID,
        date=local_date(allocation.payment.paid_at, invoice.timezone),
        lines=payment_lines(allocation.amount_cents),
    )


def post_refund(note: CreditNote, *, before: str | None, at: datetime) -> None:
    """A refund that reached the customer, or turned out not to have; ``before`` was its status, ``invoice`` loaded."""
    succeeded = RefundStatus.SUCCEEDED
    if (note.refund_status == succeeded) == (before == succeeded):
        return
    event = JournalEvent.REFUNDED if note.refund_status == succeeded else JournalEvent.REFUND_RETURNED
    earlier = JournalEntry.objects.filter(document_id=note.id, event=event).count()
    post([replace(_refund_posting(note, event, at), occurrence=earlier + 1)], at=at)


def post_refunds(note_ids: Collection[UUID], *, at: datetime) -> None:
    """Of credit notes whose refunds reached the customers, dated on those days. Four statements."""
    notes = CreditNote.objects.filter(id__in=list(note_ids), refunded_at__isnull=False).select_related("invoice")
    post([_refund_posting(note, JournalEvent.REFUNDED, note.refunded_at or at) for note in notes.order_by("id")], at=at)


def _refund_posting(note: CreditNote, event: JournalEvent, refunded_at: datetime) -> Posting:
    lines = refund_lines(note.refund_amount_cents)
    return Posting(
        books=books_of_invoice(note.invoice),
        document=JournalDocument.CREDIT_NOTE,
        document_id=note.id,
        event=event,
        date=local_date(refunded_at, note.invoice.timezone),
        lines=lines if event == JournalEvent.REFUNDED else reversed_lines(lines),
    )
