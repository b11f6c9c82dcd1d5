"""What goes out of wallets, written to their ledgers with the credits that it came from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from billing_site.kernel.copy import as_jsonb, copy_rows
from billing_site.kernel.ids import uuid7
from invoices.billing.journal import post_wallet_transactions
from invoices.models import (
    LOWEST_PRIORITY,
    TransactionKind,
    TransactionSource,
    TransactionType,
    WalletTransaction,
    WalletTransactionConsumption,
    WalletTransactionStatus,
)
from invoices.settlement import BlockDraw, DrawReason, credits_worth

_TRANSACTION_COLUMNS = (
    *("id", "created_at", "updated_at", "organization_id", "wallet_id", "invoice_id"),
    *("transaction_type", "status", "transaction_status", "source", "amount_cents", "credit_amount"),
    *("priority", "reason", "name", "metadata", "purchase_order_number"),
    *("invoice_requires_successful_payment", "settled_at"),
)
_CONSUMPTION_COLUMNS = (
    *("id", "created_at", "updated_at", "inbound_id", "outbound_id"),
    *("amount_cents", "credit_amount", "reason"),
)


@dataclass(frozen=True, slots=True)
class Outflow:
    """Credits that leave a wallet, block by block; ``rate`` is the price of a credit in units of ``currency``."""

    organization_id: UUID
    wallet_id: UUID
    rate: Decimal
    currency: str
    kind: TransactionKind
    blocks: Sequence[BlockDraw]
    reason: DrawReason | None = None
    source: TransactionSource = TransactionSource.MANUAL
    invoice_id: UUID | None = None
    name: str = ""
    metadata: Sequence[Mapping[str, Any]] = ()
    id: UUID = field(default_factory=uuid7)

    @property
    def amount_cents(self) -> int:
        return sum(draw.amount_cents for draw in self.blocks)

    def credits(self, amount_cents: int) -> Decimal:
        return credits_worth(amount_cents, self.rate, self.currency)


def write_outflows(outflows: Sequence[Outflow], *, at: datetime) -> None:
    """Two statements, whatever their number; the triggers lower balances and what remains of the credits.

    The customers are locked, and the blocks are what was left since. What funds a transaction is written before it.
    """
    if outflows:
        parts = (row for outflow in outflows for row in _consumption_rows(outflow, at))
        copy_rows(WalletTransactionConsumption._meta.db_table, _CONSUMPTION_COLUMNS, parts)
        rows = (_transaction_row(outflow, at) for outflow in outflows)
        copy_rows(WalletTransaction._meta.db_table, _TRANSACTION_COLUMNS, rows)
    lost = [outflow.id for outflow in outflows if outflow.kind == TransactionKind.VOIDED]
    post_wallet_transactions(lost, at=at)


def _transaction_row(outflow: Outflow, at: datetime) -> tuple[Any, ...]:
    amount_cents = outflow.amount_cents
    return (
        *(outflow.id, at, at, outflow.organization_id, outflow.wallet_id, outflow.invoice_id),
        *(TransactionType.OUTBOUND, WalletTransactionStatus.SETTLED, outflow.kind, outflow.source),
        *(amount_cents, outflow.credits(amount_cents), LOWEST_PRIORITY, outflow.reason, outflow.name),
        *(as_jsonb(list(outflow.metadata)), "", False, at),
    )


def _consumption_rows(outflow: Outflow, at: datetime) -> Iterator[tuple[Any, ...]]:
    for block, amount_cents, reason in outflow.blocks:
        yield uuid7(), at, at, block.id, outflow.id, amount_cents, outflow.credits(amount_cents), reason
