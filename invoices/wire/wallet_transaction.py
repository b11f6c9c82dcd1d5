"""A transaction of a wallet on the wire, and what it consumed or was consumed by."""

from collections.abc import Iterable
from typing import Any, Literal, TypedDict

from billing_site.kernel.api.wire import decimal_string, instant, text
from billing_site.kernel.money import to_units
from invoices.models import WalletTransaction, WalletTransactionConsumption


class TransactionReferencesWire(TypedDict):
    lago_id: str
    lago_wallet_id: str
    lago_invoice_id: str | None
    lago_credit_note_id: str | None
    lago_voided_invoice_id: str | None


class WalletTransactionWire(TransactionReferencesWire):
    status: str
    source: str
    transaction_status: str
    transaction_type: str
    amount: str | None
    credit_amount: str | None
    remaining_amount_cents: int | None
    remaining_credit_amount: str | None
    priority: int
    reason: str | None
    expires_at: str | None
    settled_at: str | None
    failed_at: str | None
    created_at: str | None
    invoice_requires_successful_payment: bool
    metadata: list[dict[str, Any]]
    name: str | None
    purchase_order_number: str | None
    payment_method: dict[str, Any] | None
    applied_invoice_custom_sections: list[dict[str, Any]]


class ConsumptionWire(TypedDict):
    lago_id: str
    amount_cents: int
    credit_amount: str | None
    reason: str
    created_at: str | None
    wallet_transaction: WalletTransactionWire


def wallet_transaction_wire(transaction: WalletTransaction) -> WalletTransactionWire:
    """Wants ``wallet``."""
    wallet, remaining = transaction.wallet, transaction.remaining_amount_cents
    return {
        **_references(transaction),
        "status": transaction.status,
        "source": transaction.source,
        "transaction_status": transaction.transaction_status,
        "transaction_type": transaction.transaction_type,
        "amount": decimal_string(to_units(transaction.amount_cents, wallet.currency)),
        "credit_amount": decimal_string(transaction.credit_amount),
        "remaining_amount_cents": remaining,
        "remaining_credit_amount": None if remaining is None else decimal_string(wallet.credits(remaining)),
        "priority": transaction.priority,
        "reason": transaction.reason,
        "expires_at": instant(transaction.expires_at),
        "settled_at": instant(transaction.settled_at),
        "failed_at": instant(transaction.failed_at),
        "created_at": instant(transaction.created_at),
        "invoice_requires_successful_payment": transaction.invoice_requires_successful_payment,
        "metadata": transaction.metadata,
        "name": text(transaction.name),
        "purchase_order_number": text(transaction.purchase_order_number),
        "payment_method": None,
        "applied_invoice_custom_sections": [],
    }


def wallet_transactions_wire(transactions: Iterable[WalletTransaction]) -> list[WalletTransactionWire]:
    return [wallet_transaction_wire(transaction) for transaction in transactions]


def consumptions_wire(
    consumptions: Iterable[WalletTransactionConsumption], other: Literal["inbound", "outbound"]
) -> list[ConsumptionWire]:
    """Wants the transaction at the ``other`` end, with its wallet."""
    return [_consumption_wire(each, getattr(each, other)) for each in consumptions]


def _consumption_wire(consumption: WalletTransactionConsumption, other: WalletTransaction) -> ConsumptionWire:
    return {
        "lago_id": str(consumption.id),
        "amount_cents": consumption.amount_cents,
        "credit_amount": decimal_string(consumption.credit_amount),
        "reason": consumption.reason,
        "created_at": instant(consumption.created_at),
        "wallet_transaction": wallet_transaction_wire(other),
    }


def _references(transaction: WalletTransaction) -> TransactionReferencesWire:
    return {
        "lago_id": str(transaction.id),
        "lago_wallet_id": str(transaction.wallet_id),
        "lago_invoice_id": _id(transaction.invoice_id),
        "lago_credit_note_id": None,
        "lago_voided_invoice_id": _id(transaction.voided_invoice_id),
    }


def _id(value: object) -> str | None:
    return None if value is None else str(value)
