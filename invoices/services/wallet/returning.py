"""Credits that a credit note on their invoice takes back (3-N7)."""

from datetime import datetime

from billing_site.kernel.errors import ValidationFailed
from invoices.billing.credit_notes.top_ups import top_up_of, unused_cents_of
from invoices.models import CreditNote, Invoice, WalletTransaction, WalletTransactionStatus
from invoices.services.announcements import tell_of_transactions
from invoices.services.wallet.locking import locked_wallet
from invoices.services.wallet.void import void_credits_of
from invoices.settlement import Split


def check_top_up_split(invoice: Invoice, split: Split) -> None:
    """Credits are bought or not: what is unpaid is offset whole. Raises ``ValidationFailed``: ``invalid_amount``."""
    if split.offset_amount_cents not in (0, invoice.total_due_amount_cents):
        raise ValidationFailed(offset_amount_cents=["invalid_amount"])


def return_credits(note: CreditNote, *, at: datetime) -> None:
    """Refunded credits leave their wallet; those of an offset top-up never come in. The caller holds the customer."""
    top_up = top_up_of(note.invoice)
    if top_up is None:
        return
    locked_wallet(top_up.wallet)
    if note.refund_amount_cents:
        void_credits_of(top_up, note.refund_amount_cents, at=at)
    elif note.offset_amount_cents:
        _fail(top_up, at)


def take_back_credits(invoice: Invoice, *, at: datetime) -> None:
    """What is left of the credits that a voided invoice sold leaves its wallet; those that were not paid never come in.

    Spent credits stay spent. The caller holds the customer.
    """
    top_up = top_up_of(invoice)
    if top_up is None:
        return
    locked_wallet(top_up.wallet)
    if top_up.status != WalletTransactionStatus.SETTLED:
        _fail(top_up, at)
    elif unused_cents := unused_cents_of(top_up):
        void_credits_of(top_up, unused_cents, at=at)


def _fail(top_up: WalletTransaction, at: datetime) -> None:
    top_up.change(at=at, status=WalletTransactionStatus.FAILED, failed_at=at)
    organization_id = top_up.organization_id
    tell_of_transactions("wallet_transaction.updated", [top_up.id], organization_id=organization_id, at=at)
