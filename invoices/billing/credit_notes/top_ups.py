"""Credit notes on invoices over prepaid credits (3-N7): what is left of the credits bounds what is given back."""

from dataclasses import replace

from invoices.billing.credit_notes.creditable import Credited
from invoices.models import Invoice, InvoiceType, TransactionType, WalletStatus, WalletTransaction


def bounded_by_wallet(invoice: Invoice, state: Credited) -> Credited:
    """A paid top-up is refunded only, as far as its credits are left; what is unpaid can be offset."""
    if invoice.invoice_type != InvoiceType.CREDIT:
        return state
    top_up = top_up_of(invoice)
    left = unused_cents_of(top_up) if top_up else 0
    balance = state.balance
    refundable = min(left, balance.refundable_amount_cents)
    return replace(
        state,
        balance=replace(
            balance,
            sub_total_including_taxes_amount_cents=0,
            paid_amount_cents=refundable + balance.given_back.refund_amount_cents,
            due_amount_cents=0 if balance.paid_amount_cents else balance.due_amount_cents,
        ),
    )


def unused_cents_of(top_up: WalletTransaction) -> int:
    """What its wallet still has of the credits; nothing once that has ended. Wants ``wallet``."""
    return (top_up.remaining_amount_cents or 0) if top_up.wallet.status == WalletStatus.ACTIVE else 0


def top_up_of(invoice: Invoice) -> WalletTransaction | None:
    """The credits that the invoice sells."""
    sold = WalletTransaction.objects.filter(invoice=invoice, transaction_type=TransactionType.INBOUND)
    return sold.select_related("wallet").first()
