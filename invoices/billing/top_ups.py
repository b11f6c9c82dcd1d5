"""Credits that come into wallets: granted ones at once, paid ones with an invoice of their own (3-W13)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from billing_site.kernel.ids import uuid7
from invoices.billing.drafts import FeeDraft, InvoiceDraft
from invoices.billing.immediate import Terms, immediate_draft
from invoices.billing.journal import post_wallet_transactions
from invoices.billing.record import record
from invoices.models import (
    LOWEST_PRIORITY,
    FeeType,
    InvoiceStatus,
    InvoiceType,
    RecurringTransactionRule,
    TransactionKind,
    TransactionSource,
    TransactionType,
    Wallet,
    WalletTransaction,
    WalletTransactionStatus,
)

CREDITS = "credit"


@dataclass(frozen=True, slots=True)
class TopUp:
    """``amount_cents`` to come into a wallet, whose customer and billing entity are loaded.

    ``invoice_requires_successful_payment``: the invoice stays open, out of sight, until it is paid (W6).
    """

    wallet: Wallet
    amount_cents: int
    kind: TransactionKind
    source: TransactionSource = TransactionSource.MANUAL
    priority: int = LOWEST_PRIORITY
    name: str = ""
    metadata: Sequence[Mapping[str, Any]] = ()
    expires_at: datetime | None = None
    purchase_order_number: str = ""
    invoice_requires_successful_payment: bool = False
    rule: RecurringTransactionRule | None = None
    due_on: date | None = None
    voided_invoice_id: UUID | None = None
    id: UUID = field(default_factory=uuid7)

    @property
    def is_paid(self) -> bool:
        return self.kind == TransactionKind.PURCHASED


def record_top_ups(top_ups: Sequence[TopUp], *, at: datetime) -> list[WalletTransaction]:
    """Write their transactions and, of those to be paid, invoices; in a constant number of statements.

    Granted credits are usable at once, paid ones when their invoice is paid. The customers are locked.
    """
    invoices = {top_up.id: _invoice_draft(top_up, at) for top_up in top_ups if top_up.is_paid}
    if invoices:
        record(list(invoices.values()), at=at)
    transactions = [_transaction(top_up, invoices.get(top_up.id), at) for top_up in top_ups]
    made = WalletTransaction.objects.bulk_create(transactions)
    post_wallet_transactions([top_up.id for top_up in top_ups if not top_up.is_paid], at=at)
    return made


def _transaction(top_up: TopUp, invoice: InvoiceDraft | None, at: datetime) -> WalletTransaction:
    settled = invoice is None
    return WalletTransaction(
        id=top_up.id,
        created_at=at,
        organization_id=top_up.wallet.organization_id,
        wallet=top_up.wallet,
        invoice_id=invoice.id if invoice else None,
        voided_invoice_id=top_up.voided_invoice_id,
        rule=top_up.rule,
        due_on=top_up.due_on,
        transaction_type=TransactionType.INBOUND,
        status=WalletTransactionStatus.SETTLED if settled else WalletTransactionStatus.PENDING,
        transaction_status=top_up.kind,
        source=top_up.source,
        amount_cents=top_up.amount_cents,
        credit_amount=top_up.wallet.credits(top_up.amount_cents),
        priority=top_up.priority,
        name=top_up.name,
        metadata=list(top_up.metadata),
        purchase_order_number=top_up.purchase_order_number,
        invoice_requires_successful_payment=top_up.invoice_requires_successful_payment,
        expires_at=top_up.expires_at,
        settled_at=at if settled else None,
    )


def _invoice_draft(top_up: TopUp, at: datetime) -> InvoiceDraft:
    """No tax and no coupon: the credits that it buys pay invoices with tax (T5)."""
    wallet = top_up.wallet
    draft = immediate_draft(
        wallet.customer,
        [_fee(top_up)],
        invoice_type=InvoiceType.CREDIT,
        currency=wallet.currency,
        at=at,
        terms=Terms(wallet.billing_entity, None, top_up.purchase_order_number or wallet.purchase_order_number),
    )
    if top_up.invoice_requires_successful_payment:
        return replace(draft, status=InvoiceStatus.OPEN, payment_due_date=None)
    return draft


def _fee(top_up: TopUp) -> FeeDraft:
    wallet = top_up.wallet
    credits = wallet.credits(top_up.amount_cents)
    return FeeDraft(
        fee_type=FeeType.CREDIT,
        item_id=top_up.id,
        item_code=CREDITS,
        item_name=CREDITS,
        invoice_display_name=top_up.name or f"Prepaid credits – {wallet}",
        subscription_id=None,
        interval=None,
        units=credits,
        total_aggregated_units=credits,
        amount_cents=top_up.amount_cents,
        precise_amount_cents=Decimal(top_up.amount_cents),
        precise_unit_amount=wallet.rate_amount,
        taxes=(),
    )
