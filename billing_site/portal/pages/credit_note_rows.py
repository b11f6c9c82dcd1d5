"""Credit notes as the rows of a list."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from billing_site.kernel.formatting import format_date, format_money
from billing_site.portal.access import Visit
from billing_site.portal.pages.invoice_rows import Badge
from billing_site.portal.words import Words
from invoices.models import CreditNote, CreditStatus


@dataclass(frozen=True, slots=True)
class CreditNoteRow:
    """``left`` is empty where nothing of the credit is."""

    id: UUID
    number: str
    date: str
    badge: Badge
    amount: str
    left: str


def credit_note_rows(visit: Visit, notes: Iterable[CreditNote]) -> list[CreditNoteRow]:
    return [_row(visit, note) for note in notes]


def _row(visit: Visit, note: CreditNote) -> CreditNoteRow:
    balance_cents = note.balance_amount_cents
    return CreditNoteRow(
        id=note.id,
        number=note.number,
        date=format_date(note.issuing_date, visit.locale, "medium"),
        badge=_badge(note, visit.words),
        amount=format_money(note.total_amount_cents, note.currency, visit.locale),
        left=format_money(balance_cents, note.currency, visit.locale) if balance_cents else "",
    )


def _badge(note: CreditNote, words: Words) -> Badge:
    """What became of the credit; of a credit note without any, that the money was given back."""
    match note.credit_status:
        case CreditStatus.VOIDED:
            return Badge(words.voided, "off")
        case CreditStatus.CONSUMED:
            return Badge(words.credit_used_up, "off")
        case CreditStatus.AVAILABLE:
            return Badge(words.credit_available, "good")
    return Badge(words.given_back, "good")
