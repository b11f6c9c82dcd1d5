"""Credit notes as lines of the journal. Pure; amounts are cents."""

from collections.abc import Sequence
from typing import NamedTuple

from invoices.journal.accounts import Account
from invoices.journal.lines import (
    CREDIT,
    Line,
    Lines,
    Part,
    Subject,
    apportioned,
    balanced,
    billed,
    fitted,
    reversed_lines,
    sold,
)


class IssuedCreditNote(NamedTuple):
    """The columns of a credit note; of its ``discounts``, ``progressive_cents`` are progressive credit."""

    items: Sequence[Part]
    taxes: Sequence[Part]
    sub_total_cents: int
    taxes_amount_cents: int
    coupons_cents: int
    progressive_cents: int
    credit_amount_cents: int
    refund_amount_cents: int
    offset_amount_cents: int


def credit_note_lines(note: IssuedCreditNote) -> Lines:
    """Revenue, discounts and tax taken back, against what the customer gets: credit, refund or less to pay.

    An item of 100.00 with 10.00 of coupons and 20 % tax, as credit: 108.00 are owed, revenue is lower by 100.00,
    coupons by 10.00, tax by 18.00.
    """
    discount = note.coupons_cents + note.progressive_cents
    items = fitted(note.items, note.sub_total_cents + discount)
    lines = [Line(_given_back(subject, note), cents, subject) for subject, cents in items]
    lines += [Line(Account.TAX_PAYABLE, cents, tax) for tax, cents in fitted(note.taxes, note.taxes_amount_cents)]
    lines += [
        Line(Account.COUPONS, -note.coupons_cents),
        Line(Account.PROGRESSIVE_BILLING, -note.progressive_cents),
        Line(Account.CREDIT_NOTES_LIABILITY, -note.credit_amount_cents),
        Line(Account.REFUNDS_PAYABLE, -note.refund_amount_cents),
        Line(Account.ACCOUNTS_RECEIVABLE, -note.offset_amount_cents),
    ]
    return balanced(lines)


def credit_note_void_lines(issued: Lines, *, balance_cents: int) -> Lines:
    """What was left of the credit is given up: so much of the revenue and tax is earned again.

    Of a note over credit alone that nothing has used, the exact inverse.
    """
    earned = apportioned(reversed_lines(billed(issued)), -balance_cents)
    return balanced([*earned, Line(Account.CREDIT_NOTES_LIABILITY, balance_cents)])


def _given_back(subject: Subject, note: IssuedCreditNote) -> Account:
    """Credits that are refunded leave their wallet as forfeited; what is paid back for them evens that out (3-N7)."""
    is_refunded_credit = subject.kind == CREDIT and note.refund_amount_cents
    return Account.FORFEITED_CREDITS if is_refunded_credit else sold(subject)
