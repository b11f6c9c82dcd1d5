"""A wallet on the wire."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypedDict

from billing_site.kernel.api.wire import decimal_string, instant, text
from invoices.models import RecurringTransactionRule, Wallet
from invoices.settlement import BLOCK_ORDER, CreditBlock
from invoices.wire.wallet_rule import RecurringTransactionRuleWire, rule_wire


class AppliesToWire(TypedDict):
    fee_types: list[str]
    billable_metric_codes: list[str]


class WalletBalancesWire(TypedDict):
    rate_amount: str | None
    credits_balance: str | None
    balance_cents: int
    consumed_credits: str | None
    ongoing_balance_cents: int
    credits_ongoing_balance: str | None
    ongoing_usage_balance_cents: int
    credits_ongoing_usage_balance: str | None


class WalletDatesWire(TypedDict):
    created_at: str | None
    expiration_at: str | None
    last_balance_sync_at: str | None
    last_ongoing_balance_sync_at: str | None
    last_consumed_credit_at: str | None
    terminated_at: str | None


class WalletWire(WalletBalancesWire, WalletDatesWire):
    lago_id: str
    lago_customer_id: str
    external_customer_id: str
    billing_entity_code: str | None
    status: str
    currency: str
    name: str | None
    code: str
    priority: int
    applies_to: AppliesToWire
    consumption_order: list[str]
    invoice_requires_successful_payment: bool
    paid_top_up_min_amount_cents: int | None
    paid_top_up_max_amount_cents: int | None
    recurring_transaction_rules: list[RecurringTransactionRuleWire]
    metadata: dict[str, str | None]
    purchase_order_number: str | None
    payment_method: dict[str, Any] | None
    applied_invoice_custom_sections: list[dict[str, Any]]


def wallet_wire(wallet: Wallet) -> WalletWire:
    """Wants ``queries.wallets_for_wire``."""
    return {
        "lago_id": str(wallet.id),
        "lago_customer_id": str(wallet.customer_id),
        "external_customer_id": wallet.customer.external_id,
        "billing_entity_code": wallet.billing_entity.code if wallet.billing_entity else None,
        "status": wallet.status,
        "currency": wallet.currency,
        "name": text(wallet.name),
        "code": wallet.code,
        "priority": wallet.priority,
        **_balances(wallet),
        **_dates(wallet),
        "applies_to": {
            "fee_types": wallet.fee_types,
            "billable_metric_codes": sorted(metric.code for metric in wallet.billable_metrics.all()),
        },
        "consumption_order": [reason.value for reason in BLOCK_ORDER],
        "invoice_requires_successful_payment": wallet.invoice_requires_successful_payment,
        "paid_top_up_min_amount_cents": wallet.paid_top_up_min_amount_cents,
        "paid_top_up_max_amount_cents": wallet.paid_top_up_max_amount_cents,
        "recurring_transaction_rules": [rule_wire(rule) for rule in _active_rules(wallet)],
        "metadata": wallet.metadata,
        "purchase_order_number": text(wallet.purchase_order_number),
        "payment_method": None,
        "applied_invoice_custom_sections": [],
    }


def wallets_wire(wallets: Iterable[Wallet]) -> list[WalletWire]:
    return [wallet_wire(wallet) for wallet in wallets]


class CreditBlockWire(TypedDict):
    lago_wallet_transaction_id: str
    remaining_amount_cents: int
    remaining_credit_amount: str | None
    priority: int
    granted: bool
    created_at: str | None
    expires_at: str | None


class BalanceStatementWire(TypedDict):
    lago_wallet_id: str
    at: str | None
    currency: str
    balance_cents: int
    credits_balance: str | None
    credits: list[CreditBlockWire]


def balance_statement_wire(wallet: Wallet, blocks: Iterable[CreditBlock], *, at: datetime) -> BalanceStatementWire:
    """The balance at an instant and the credits that it was made of, in the order in which they would be used."""
    line = sorted(blocks, key=lambda block: block.place)
    balance_cents = sum(block.amount_cents for block in line)
    return {
        "lago_wallet_id": str(wallet.id),
        "at": instant(at),
        "currency": wallet.currency,
        "balance_cents": balance_cents,
        "credits_balance": decimal_string(wallet.credits(balance_cents)),
        "credits": [_block_wire(wallet, block) for block in line],
    }


def _block_wire(wallet: Wallet, block: CreditBlock) -> CreditBlockWire:
    return {
        "lago_wallet_transaction_id": str(block.id),
        "remaining_amount_cents": block.amount_cents,
        "remaining_credit_amount": decimal_string(wallet.credits(block.amount_cents)),
        "priority": block.priority,
        "granted": block.is_granted,
        "created_at": instant(block.created_at),
        "expires_at": instant(block.expires_at),
    }


def _balances(wallet: Wallet) -> WalletBalancesWire:
    return {
        "rate_amount": decimal_string(wallet.rate_amount),
        "credits_balance": decimal_string(wallet.credits(wallet.balance_cents)),
        "balance_cents": wallet.balance_cents,
        "consumed_credits": decimal_string(wallet.credits(wallet.consumed_amount_cents)),
        "ongoing_balance_cents": wallet.ongoing_balance_cents,
        "credits_ongoing_balance": decimal_string(wallet.credits(wallet.ongoing_balance_cents)),
        "ongoing_usage_balance_cents": wallet.ongoing_usage_balance_cents,
        "credits_ongoing_usage_balance": decimal_string(wallet.credits(wallet.ongoing_usage_balance_cents)),
    }


def _dates(wallet: Wallet) -> WalletDatesWire:
    return {
        "created_at": instant(wallet.created_at),
        "expiration_at": instant(wallet.expiration_at),
        "last_balance_sync_at": instant(wallet.last_balance_sync_at),
        "last_ongoing_balance_sync_at": instant(wallet.last_ongoing_balance_sync_at),
        "last_consumed_credit_at": instant(wallet.last_consumed_credit_at),
        "terminated_at": instant(wallet.terminated_at),
    }


def _active_rules(wallet: Wallet) -> list[RecurringTransactionRule]:
    rules: list[RecurringTransactionRule] = vars(wallet)["active_rules"]
    return rules
