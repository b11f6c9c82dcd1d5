"""What drafts took of their customers' credits, written with them in a number of statements that does not grow."""

from collections.abc import Sequence
from datetime import datetime

from invoices.billing.credits.coupons import record_coupons
from invoices.billing.credits.credit_notes import record_drawn_credit_notes
from invoices.billing.credits.progressive import record_progressive
from invoices.billing.credits.wallets import record_wallets
from invoices.billing.drafts import InvoiceDraft


def record_credits(drafts: Sequence[InvoiceDraft], *, at: datetime) -> None:
    """The rows of ``drafts`` exist."""
    record_progressive(drafts, at=at)
    record_coupons(drafts, at=at)
    record_drawn_credit_notes(drafts, at=at)
    record_wallets(drafts, at=at)
