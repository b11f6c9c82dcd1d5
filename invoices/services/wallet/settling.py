"""Credits that were bought: usable once their invoice is paid (3-W13); and given back by a void (3-W12)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from invoices.billing.dates import Parties, immediate_dates
from invoices.billing.journal import post_invoices, post_wallet_transactions
from invoices.billing.numbering import Numbered, take_numbers
from invoices.billing.top_ups import TopUp
from invoices.models import (
    Invoice,
    InvoiceStatus,
    InvoiceType,
    PaymentStatus,
    TransactionKind,
    TransactionType,
    WalletStatus,
    WalletTransaction,
    WalletTransactionStatus,
)
from invoices.services.announcements import tell_of_invoices, tell_of_transactions
from invoices.services.wallet.recording import record_and_tell

NOT_SETTLED = (WalletTransactionStatus.PENDING, WalletTransactionStatus.FAILED)


@transaction.atomic
def settle_top_ups(*, invoices: Sequence[Invoice], at: datetime) -> int:
    """What the payment status of top-up ``invoices`` means for their credits; returns how many became usable.

    Succeeded: the credits come in, once, and an invoice that was held back until then is issued. Failed: the top-up
    has failed, until a later payment succeeds. Other invoices are left alone. The caller holds the
    invoices, which are of one organization.
    """
    top_ups = [invoice for invoice in invoices if invoice.invoice_type == InvoiceType.CREDIT]
    paid = [invoice for invoice in top_ups if invoice.payment_status == PaymentStatus.SUCCEEDED]
    refused = [invoice for invoice in top_ups if invoice.payment_status == PaymentStatus.FAILED]
    _issue([invoice for invoice in paid if invoice.status == InvoiceStatus.OPEN], at)
    if refused:
        _fail(refused, at)
    if not paid:
        return 0
    waiting = list(_inbound(paid).filter(status__in=NOT_SETTLED).values_list("id", flat=True))
    settled = WalletTransaction.objects.filter(id__in=waiting)
    settled.update(status=WalletTransactionStatus.SETTLED, settled_at=at, failed_at=None, updated_at=at)
    post_wallet_transactions(waiting, at=at)
    organization_id = paid[0].organization_id
    tell_of_transactions("wallet_transaction.updated", waiting, organization_id=organization_id, at=at)
    return len(waiting)


@transaction.atomic
def recredit_wallets(*, invoices: Sequence[Invoice], at: datetime) -> list[WalletTransaction]:
    """Grant again what voided ``invoices`` took from wallets that are still active. Once for each.

    The caller holds the customers and the invoices.
    """
    taken = (
        WalletTransaction.objects.filter(
            invoice__in=invoices, transaction_status=TransactionKind.INVOICED, wallet__status=WalletStatus.ACTIVE
        )
        .exclude(wallet__transactions__voided_invoice__in=invoices)
        .select_related("wallet")
        .order_by("created_at", "id")
    )
    top_ups = [
        TopUp(
            wallet=each.wallet,
            amount_cents=each.amount_cents,
            kind=TransactionKind.GRANTED,
            voided_invoice_id=each.invoice_id,
        )
        for each in taken
    ]
    return record_and_tell(top_ups, at=at)


def _fail(invoices: Sequence[Invoice], at: datetime) -> None:
    pending = list(_inbound(invoices).filter(status=WalletTransactionStatus.PENDING).values_list("id", flat=True))
    failed = WalletTransaction.objects.filter(id__in=pending)
    failed.update(status=WalletTransactionStatus.FAILED, failed_at=at, updated_at=at)
    tell_of_transactions("wallet_transaction.updated", pending, organization_id=invoices[0].organization_id, at=at)


def _inbound(invoices: Sequence[Invoice]) -> QuerySet[WalletTransaction]:
    return WalletTransaction.objects.filter(invoice__in=invoices, transaction_type=TransactionType.INBOUND)


def _issue(invoices: Sequence[Invoice], at: datetime) -> None:
    """Number and date them on the day on which they were paid."""
    if not invoices:
        return
    numbers = take_numbers(
        [Numbered(invoice.billing_entity, invoice.customer, invoice.self_billed) for invoice in invoices], at=at
    )
    for invoice, number in zip(invoices, numbers, strict=True):
        parties = Parties(invoice.customer, invoice.billing_entity)
        dates = immediate_dates(
            parties, at=at, fees_cents=invoice.fees_amount_cents, net_payment_term=invoice.net_payment_term
        )
        invoice.status, invoice.issuing_date = InvoiceStatus.FINALIZED, dates.issuing_date
        invoice.payment_due_date, invoice.finalized_at = dates.payment_due_date, at
        invoice.number, invoice.sequential_id = number.text, number.sequence
    Invoice.objects.bulk_update(invoices, _ISSUED)
    ids = [invoice.id for invoice in invoices]
    post_invoices(ids, at=at)
    tell_of_invoices("invoice.paid_credit_added", ids, organization_id=invoices[0].organization_id, at=at)


_ISSUED = ("status", "issuing_date", "payment_due_date", "finalized_at", "number", "sequential_id")
