"""Commands on credit notes: issue one, void what is left of it, record its refund, note something on it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotAllowed
from billing_site.kernel.key_values import KeyValues, checked_key_values
from invoices.billing.bill import lock_customers
from invoices.billing.credit_notes.drafts import CreditNoteDraft, Remarks
from invoices.billing.credit_notes.record import record_credit_notes
from invoices.billing.credit_notes.requested import AskedItem, estimated
from invoices.billing.journal import post_credit_note_voids, post_refund
from invoices.models import CreditNote, CreditStatus, Invoice, InvoiceType, RefundStatus
from invoices.services.payment_status import settle_what_is_paid
from invoices.services.wallet.returning import check_top_up_split, return_credits
from invoices.settlement import Split, check_split, fitted
from invoices.signals import refund_failed

NO_REMARKS = Remarks()


@command
def create_credit_note(
    *,
    invoice: Invoice,
    items: Sequence[AskedItem],
    split: Split,
    remarks: Remarks = NO_REMARKS,
    at: datetime,
) -> CreditNote:
    """Give back ``items`` of an issued invoice as credit, refund or offset (N1).

    Of two at once for the same fee the second finds what the first left. Raises what ``estimated`` and ``check_split``
    raise.
    """
    locked = locked_invoice(invoice)
    estimate = estimated(locked, items)
    check_split(split, estimate.amounts, estimate.credited.balance)
    checked_key_values(remarks.metadata)
    split = fitted(split, estimate.amounts.total_amount_cents)
    is_top_up = locked.invoice_type == InvoiceType.CREDIT
    if is_top_up:
        check_top_up_split(locked, split)
    (note,) = record_credit_notes([CreditNoteDraft(locked, estimate.amounts, split, remarks)], at=at)
    if is_top_up:
        return_credits(note, at=at)
    elif note.offset_amount_cents:
        settle_what_is_paid([locked], at=at)
    return note


@command
def void_credit_note(*, credit_note: CreditNote, at: datetime) -> CreditNote:
    """Give up what is left of the credit (N5). Raises ``NotAllowed``: ``no_voidable_amount``."""
    note = _locked(credit_note)
    if not note.balance_amount_cents:
        raise NotAllowed("no_voidable_amount")
    balance_cents = note.balance_amount_cents
    note.change(at=at, credit_status=CreditStatus.VOIDED, balance_amount_cents=0, voided_at=at)
    post_credit_note_voids({note.id: balance_cents}, at=at)
    return note


@command
def update_credit_note(
    *, credit_note: CreditNote, at: datetime, refund_status: str | None = None, metadata: KeyValues | None = None
) -> CreditNote:
    """Record how its refund went, or replace its metadata. Raises ``NotAllowed`` where nothing is refunded."""
    note = _locked(credit_note)
    if metadata is not None:
        note.change(at=at, metadata=checked_key_values(metadata))
    if refund_status is not None:
        if note.refund_status is None:
            raise NotAllowed("no_refundable_amount")
        before, succeeded = note.refund_status, refund_status == RefundStatus.SUCCEEDED
        note.change(at=at, refund_status=refund_status, refunded_at=at if succeeded else None)
        post_refund(note, before=before, at=at)
        if refund_status == RefundStatus.FAILED != before:
            refund_failed.send(CreditNote, credit_note=note, at=at)
    return note


@command
def change_credit_note_metadata(
    *, credit_note: CreditNote, at: datetime, change: Callable[[KeyValues], KeyValues]
) -> CreditNote:
    """Replace the metadata with what ``change`` makes of it."""
    note = _locked(credit_note)
    note.change(at=at, metadata=checked_key_values(change(note.metadata)))
    return note


def locked_invoice(invoice: Invoice) -> Invoice:
    """Customer first, then invoice, with what a credit note says of both."""
    lock_customers([invoice.customer_id])
    own = Invoice.objects.select_related("customer__billing_entity").select_for_update(of=("self",))
    return own.get(id=invoice.id)


def _locked(credit_note: CreditNote) -> CreditNote:
    lock_customers([credit_note.customer_id])
    return CreditNote.objects.select_for_update(of=("self",)).get(id=credit_note.id)
