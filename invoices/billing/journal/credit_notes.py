"""Credit notes posted: issued, and what was left of them given up."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from billing_site.kernel.money import EXACT, round_half_up
from invoices.billing.journal.entries import Posting, post
from invoices.billing.journal.invoices import books_of_invoice
from invoices.billing.journal.subjects import stored_subject, tax_subject
from invoices.journal import IssuedCreditNote, Lines, Subject, credit_note_lines, credit_note_void_lines
from invoices.models import (
    CreditNote,
    CreditNoteAppliedTax,
    CreditNoteItem,
    JournalDocument,
    JournalEvent,
)
from plans.periods import local_date


def post_credit_notes(note_ids: Collection[UUID], *, at: datetime) -> None:
    """As they were issued, dated on their issuing dates. Five statements."""
    notes = _loaded(note_ids)
    lines = _issued_lines(notes)
    post([_posting(note, JournalEvent.ISSUED, note.issuing_date, lines[note.id]) for note in notes], at=at)


def post_credit_note_voids(balances: Mapping[UUID, int], *, at: datetime) -> None:
    """What was left of credit notes when they were voided, in cents by note. Five statements."""
    notes = _loaded(balances)
    lines = _issued_lines(notes)
    post([_void_posting(note, lines[note.id], balances[note.id]) for note in notes], at=at)


def _loaded(note_ids: Collection[UUID]) -> list[CreditNote]:
    if not note_ids:
        return []
    notes = CreditNote.objects.filter(id__in=list(note_ids)).order_by("id")
    return list(notes.select_related("invoice"))


def _issued_lines(notes: Sequence[CreditNote]) -> dict[UUID, Lines]:
    """By credit note. Two queries."""
    if not notes:
        return {}
    items: dict[UUID, list[tuple[Subject, int]]] = defaultdict(list)
    own = CreditNoteItem.objects.filter(credit_note__in=notes).select_related("fee__subscription__plan")
    for item in own.order_by("created_at", "id"):
        items[item.credit_note_id].append((stored_subject(item.fee), item.amount_cents))
    taxes: dict[UUID, list[tuple[Subject, int]]] = defaultdict(list)
    for applied in CreditNoteAppliedTax.objects.filter(credit_note__in=notes).order_by("created_at", "id"):
        taxes[applied.credit_note_id].append((tax_subject(applied.tax_id, applied.tax_code), applied.amount_cents))
    return {note.id: credit_note_lines(_issued(note, items[note.id], taxes[note.id])) for note in notes}


def _issued(
    note: CreditNote, items: Sequence[tuple[Subject, int]], taxes: Sequence[tuple[Subject, int]]
) -> IssuedCreditNote:
    discount = note.coupons_adjustment_amount_cents
    progressive = _progressive_part(note)
    return IssuedCreditNote(
        items,
        taxes,
        note.sub_total_excluding_taxes_amount_cents,
        note.taxes_amount_cents,
        discount - progressive,
        progressive,
        note.credit_amount_cents,
        note.refund_amount_cents,
        note.offset_amount_cents,
    )


def _progressive_part(note: CreditNote) -> int:
    """Fees keep one discount for progressive credit and coupons; here it is divided as on the invoice."""
    progressive = note.invoice.progressive_billing_credit_amount_cents
    whole = progressive + note.invoice.coupons_amount_cents
    part = EXACT.multiply(note.precise_coupons_adjustment_amount_cents, progressive)
    return int(round_half_up(EXACT.divide(part, whole))) if whole else 0


def _void_posting(note: CreditNote, issued: Lines, balance_cents: int) -> Posting:
    assert note.voided_at, "a voided credit note says when"
    lines = credit_note_void_lines(issued, balance_cents=balance_cents)
    return _posting(note, JournalEvent.VOIDED, local_date(note.voided_at, note.invoice.timezone), lines)


def _posting(note: CreditNote, event: JournalEvent, day: date, lines: Lines) -> Posting:
    return Posting(books_of_invoice(note.invoice), JournalDocument.CREDIT_NOTE, note.id, event, day, lines)
