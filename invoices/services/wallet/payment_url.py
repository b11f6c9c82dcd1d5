"""Where a customer can pay for a top-up (W15)."""

from billing_site.kernel.errors import NotAllowed, ValidationFailed
from invoices.models import TransactionKind, WalletTransaction, WalletTransactionStatus


def payment_url_of(transaction: WalletTransaction) -> str:
    """The hosted page of the customer's payment provider, of which none is connected yet.

    Raises ``NotAllowed`` for what is not waiting for a payment, ``ValidationFailed`` without a provider.
    """
    is_pending = transaction.status == WalletTransactionStatus.PENDING
    if not is_pending or transaction.transaction_status != TransactionKind.PURCHASED:
        raise NotAllowed("invalid_type_or_status")
    raise ValidationFailed(base=["no_linked_payment_provider"])
