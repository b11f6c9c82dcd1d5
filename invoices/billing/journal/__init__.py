"""Documents posted to the journal, in their own transaction and in a constant number of statements a batch."""

from invoices.billing.journal.credit_notes import post_credit_note_voids, post_credit_notes
from invoices.billing.journal.drafts import post_drafts
from invoices.billing.journal.invoices import post_invoices, post_voids
from invoices.billing.journal.payments import post_payments, post_refund, post_refunds
from invoices.billing.journal.wallets import post_ended_wallets, post_wallet_transactions

__all__ = [
    "post_credit_note_voids",
    "post_credit_notes",
    "post_drafts",
    "post_ended_wallets",
    "post_invoices",
    "post_payments",
    "post_refund",
    "post_refunds",
    "post_voids",
    "post_wallet_transactions",
]
