"""Credit notes on one invoice: after taxes, the oldest first (3-N6). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CreditNoteBalance:
    """A credit note with something left to use."""

    id: UUID
    currency: str
    balance_cents: int


class CreditNoteDraw(NamedTuple):
    credit_note_id: UUID
    amount_cents: int


class Noted(NamedTuple):
    draws: tuple[CreditNoteDraw, ...]
    left: tuple[CreditNoteBalance, ...]


def apply_credit_notes(due_cents: int, credit_notes: Sequence[CreditNoteBalance], currency: str) -> Noted:
    """Take ``credit_notes`` of the invoice's currency off ``due_cents`` until nothing is due."""
    if not credit_notes:
        return Noted((), ())
    draws, left = [], []
    for note in credit_notes:
        amount = min(note.balance_cents, due_cents) if note.currency == currency else 0
        due_cents -= amount
        if amount:
            draws.append(CreditNoteDraw(note.id, amount))
        if note.balance_cents > amount:
            left.append(replace(note, balance_cents=note.balance_cents - amount))
    return Noted(tuple(draws), tuple(left))
