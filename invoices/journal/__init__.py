"""Documents as balanced lines of a journal: pure functions over frozen values."""

from invoices.journal.accounts import Account
from invoices.journal.credit_notes import IssuedCreditNote, credit_note_lines, credit_note_void_lines
from invoices.journal.invoices import (
    BilledInvoice,
    forfeited_lines,
    invoice_lines,
    of_paid_credits,
    void_lines,
    write_off_lines,
)
from invoices.journal.lines import CREDIT, NOTHING, TAX, Line, Lines, Subject, Unbalanced, balanced, reversed_lines
from invoices.journal.movements import granted_lines, lost_lines, payment_lines, purchased_lines, refund_lines

__all__ = [
    "CREDIT",
    "NOTHING",
    "TAX",
    "Account",
    "BilledInvoice",
    "IssuedCreditNote",
    "Line",
    "Lines",
    "Subject",
    "Unbalanced",
    "balanced",
    "credit_note_lines",
    "credit_note_void_lines",
    "forfeited_lines",
    "granted_lines",
    "invoice_lines",
    "lost_lines",
    "of_paid_credits",
    "payment_lines",
    "purchased_lines",
    "refund_lines",
    "reversed_lines",
    "void_lines",
    "write_off_lines",
]
