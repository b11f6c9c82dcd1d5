"""Where a customer can pay for a top-up (W15)."""

from datetime import datetime

from billing_site.kernel.errors import NotAllowed, ValidationFailed
from invoices.models import TransactionKind, WalletTransaction, WalletTransactionStatus
from invoices.services.collection import payment_page
from invoices.services.provider import provider_of


def payment_url_of(transaction: WalletTransaction, *, at: datetime) -> str:
    """The hosted page of the customer's payment provider, on which the invoice of the top-up is paid.

    Raises ``NotAllowed`` for what is not waiting for a payment, and what ``payment_page`` raises.
    """
    is_waiting = transaction.status in (WalletTransactionStatus.PENDING, WalletTransactionStatus.FAILED)
    if not is_waiting or transaction.transaction_status != TransactionKind.PURCHASED:
        raise NotAllowed("invalid_type_or_status")
    if transaction.invoice is None or provider_of(transaction.invoice.customer) is None:
        raise ValidationFailed(base=["no_linked_payment_provider"])
    return payment_page(invoice=transaction.invoice, at=at)
