"""Invoices as lines of the journal. Pure; amounts are cents."""

from collections.abc import Sequence
from typing import NamedTuple

from invoices.journal.accounts import Account
from invoices.journal.lines import Line, Lines, Part, apportioned, balanced, billed, fitted, reversed_lines, sold


class BilledInvoice(NamedTuple):
    """The columns of an issued invoice; ``fees`` and ``taxes`` each with what they are about."""

    fees: Sequence[Part]
    taxes: Sequence[Part]
    taxes_amount_cents: int
    progressive_billing_credit_amount_cents: int
    coupons_amount_cents: int
    credit_notes_amount_cents: int
    prepaid_credit_amount_cents: int
    total_amount_cents: int


def invoice_lines(invoice: BilledInvoice) -> Lines:
    """Revenue and tax against what settles them; the rest is receivable.

    Fees of 100.00 with a coupon of 10.00, 20 % tax and 30.00 prepaid: revenue 100.00 and tax 18.00 on the one side,
    coupons 10.00, credits liability 30.00 and receivable 78.00 on the other.
    """
    lines = [Line(sold(subject), -cents, subject) for subject, cents in invoice.fees]
    taxes = fitted(invoice.taxes, invoice.taxes_amount_cents)
    lines += [Line(Account.TAX_PAYABLE, -cents, tax) for tax, cents in taxes]
    lines += [
        Line(Account.PROGRESSIVE_BILLING, invoice.progressive_billing_credit_amount_cents),
        Line(Account.COUPONS, invoice.coupons_amount_cents),
        Line(Account.CREDIT_NOTES_LIABILITY, invoice.credit_notes_amount_cents),
        Line(Account.CREDITS_LIABILITY, invoice.prepaid_credit_amount_cents),
        Line(Account.ACCOUNTS_RECEIVABLE, invoice.total_amount_cents),
    ]
    return balanced(lines)


def void_lines(issued: Lines, *, offset_cents: int = 0) -> Lines:
    """The exact inverse of ``issued``, so far as the invoice's own credit notes have not ``offset`` it before.

    What credit notes and prepaid credits paid is owed to the customer again; so is, on the receivable, what was paid.
    """
    part = _billed_cents(issued) - offset_cents
    settled = (Account.CREDIT_NOTES_LIABILITY, Account.CREDITS_LIABILITY)
    return _taken_back(issued, part, [line for line in issued if line.account in settled])


def of_paid_credits(voided: Lines) -> Lines:
    """The void of a top-up that was paid: its credits leave their wallet as forfeited, and what is owed evens that out.

    Of 10.00, 4.00 of them spent: 10.00 are owed, and 4.00 were given away.
    """
    return balanced(
        line._replace(account=Account.FORFEITED_CREDITS) if line.account == Account.UNPAID_CREDITS else line
        for line in voided
    )


def write_off_lines(issued: Lines, *, due_cents: int) -> Lines:
    """Only what is still due is taken back: a credit note gives back what the customer keeps of the rest (3-P2)."""
    return _taken_back(issued, due_cents, [])


def forfeited_lines(*, credit_notes_cents: int = 0, credits_cents: int = 0) -> Lines:
    """What a void gave back that nobody can use, as its wallet has ended or its credit note was voided."""
    lost = credit_notes_cents + credits_cents
    return balanced(
        [
            Line(Account.CREDIT_NOTES_LIABILITY, credit_notes_cents),
            Line(Account.CREDITS_LIABILITY, credits_cents),
            Line(Account.FORFEITED_CREDITS, -lost),
        ]
    )


def _billed_cents(issued: Lines) -> int:
    return -sum(line.amount_cents for line in billed(issued))


def _taken_back(issued: Lines, part_cents: int, settled: Sequence[Line]) -> Lines:
    lines = [*apportioned(reversed_lines(billed(issued)), part_cents), *reversed_lines(settled)]
    receivable = -sum(line.amount_cents for line in lines)
    return balanced([*lines, Line(Account.ACCOUNTS_RECEIVABLE, receivable)])
