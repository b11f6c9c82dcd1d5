"""Write credit notes in the caller's transaction, which has locked their customers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from invoices.billing.credit_notes.drafts import CreditNoteDraft
from invoices.billing.journal import post_credit_note_voids, post_credit_notes
from invoices.models import (
    CreditNote,
    CreditNoteAppliedTax,
    CreditNoteItem,
    CreditNoteStatus,
    CreditStatus,
    Invoice,
    RefundStatus,
)
from invoices.signals import credit_notes_issued
from plans.periods import local_date


def record_credit_notes(drafts: Sequence[CreditNoteDraft], *, at: datetime) -> list[CreditNote]:
    """Number and write them in a constant number of statements; on a draft invoice they are drafts (3-N8).

    What they offset is not due any more; the caller settles invoices that are paid by that.
    """
    if not drafts:
        return []
    sequences = _next_sequences(draft.invoice for draft in drafts)
    notes = [_note(draft, at) for draft in drafts]
    for note in notes:
        if not note.is_draft:
            sequences[note.invoice_id] += 1
            note.sequential_id = sequences[note.invoice_id]
            note.number = f"{note.invoice.number}-CN{note.sequential_id:03d}"
    CreditNote.objects.bulk_create(notes)
    parts = list(zip(notes, drafts, strict=True))
    CreditNoteItem.objects.bulk_create(item for note, draft in parts for item in _items(note, draft))
    CreditNoteAppliedTax.objects.bulk_create(tax for note, draft in parts for tax in _taxes(note, draft))
    _offset(notes, at)
    issued = [note for note in notes if not note.is_draft]
    post_credit_notes([note.id for note in issued], at=at)
    post_credit_note_voids({note.id: note.credit_amount_cents for note in issued if note.voided_at}, at=at)
    if issued:
        credit_notes_issued.send(CreditNote, credit_notes=issued, at=at)
    return notes


def _next_sequences(invoices: Iterable[Invoice]) -> Counter[UUID]:
    own = CreditNote.objects.filter(invoice__in={invoice.id for invoice in invoices}, sequential_id__isnull=False)
    return Counter(dict(own.order_by().values_list("invoice_id").annotate(Max("sequential_id"))))


def _note(draft: CreditNoteDraft, at: datetime) -> CreditNote:
    invoice, amounts, split = draft.invoice, draft.amounts, draft.split
    return CreditNote(
        organization_id=invoice.organization_id,
        customer=invoice.customer,
        invoice=invoice,
        status=CreditNoteStatus.DRAFT if invoice.is_draft else CreditNoteStatus.FINALIZED,
        reason=draft.remarks.reason,
        description=draft.remarks.description,
        is_automatic=draft.is_automatic,
        issuing_date=local_date(at, invoice.customer.applicable_timezone),
        credit_status=_credit_status(draft),
        refund_status=RefundStatus.PENDING if split.refund_amount_cents else None,
        metadata=dict(draft.remarks.metadata),
        currency=invoice.currency,
        precise_coupons_adjustment_amount_cents=amounts.precise_coupons_adjustment_amount_cents,
        coupons_adjustment_amount_cents=amounts.coupons_adjustment_amount_cents,
        sub_total_excluding_taxes_amount_cents=amounts.sub_total_excluding_taxes_amount_cents,
        taxes_rate_percent=amounts.taxes.rate_percent,
        taxes_amount_cents=amounts.taxes_amount_cents,
        precise_taxes_amount_cents=amounts.precise_taxes_amount_cents,
        total_amount_cents=split.total_amount_cents,
        precise_total_amount_cents=amounts.precise_total_amount_cents,
        balance_amount_cents=0 if draft.is_given_up else split.credit_amount_cents,
        voided_at=at if draft.is_given_up else None,
        created_at=at,
        **split._asdict(),
    )


def _credit_status(draft: CreditNoteDraft) -> CreditStatus | None:
    if draft.is_given_up:
        return CreditStatus.VOIDED
    return CreditStatus.AVAILABLE if draft.split.credit_amount_cents else None


def _items(note: CreditNote, draft: CreditNoteDraft) -> Iterator[CreditNoteItem]:
    for item in draft.amounts.items:
        yield CreditNoteItem(
            credit_note=note,
            fee_id=item.fee.id,
            amount_currency=note.currency,
            amount_cents=item.amount_cents,
            precise_amount_cents=item.precise_amount_cents,
            created_at=note.created_at,
        )


def _taxes(note: CreditNote, draft: CreditNoteDraft) -> Iterator[CreditNoteAppliedTax]:
    for line in draft.amounts.taxes.lines:
        yield CreditNoteAppliedTax(
            credit_note=note,
            tax_id=line.tax.id,
            tax_code=line.tax.code,
            tax_name=line.tax.name,
            tax_description=line.tax.description,
            tax_rate_percent=line.tax.rate_percent,
            amount_currency=note.currency,
            amount_cents=line.amount_cents,
            base_amount_cents=line.base_amount_cents,
            created_at=note.created_at,
        )


def _offset(notes: Sequence[CreditNote], at: datetime) -> None:
    offsets = {note.invoice_id: note.invoice for note in notes if note.offset_amount_cents and not note.is_draft}
    for note in notes:
        if note.invoice_id in offsets:
            offsets[note.invoice_id].offset_amount_cents += note.offset_amount_cents
    for invoice in offsets.values():
        invoice.updated_at = at
    Invoice.objects.bulk_update(offsets.values(), ["offset_amount_cents", "updated_at"])
