"""A recurring rule of a wallet on the wire."""

from typing import Any, TypedDict

from billing_site.kernel.api.wire import decimal_string, instant, text
from invoices.models import RecurringTransactionRule


class RecurringTransactionRuleWire(TypedDict):
    lago_id: str
    trigger: str
    interval: str | None
    method: str
    status: str
    paid_credits: str | None
    granted_credits: str | None
    threshold_credits: str | None
    target_ongoing_balance: str | None
    grants_target_top_up: bool
    started_at: str | None
    expiration_at: str | None
    created_at: str | None
    invoice_requires_successful_payment: bool
    ignore_paid_top_up_limits: bool
    transaction_name: str | None
    transaction_metadata: list[dict[str, Any]]
    purchase_order_number: str | None
    payment_method: dict[str, Any] | None
    applied_invoice_custom_sections: list[dict[str, Any]]


def rule_wire(rule: RecurringTransactionRule) -> RecurringTransactionRuleWire:
    return {
        "lago_id": str(rule.id),
        "trigger": rule.trigger,
        "interval": rule.interval,
        "method": rule.method,
        "status": rule.status,
        "paid_credits": decimal_string(rule.paid_credits),
        "granted_credits": decimal_string(rule.granted_credits),
        "threshold_credits": decimal_string(rule.threshold_credits),
        "target_ongoing_balance": decimal_string(rule.target_ongoing_balance),
        "grants_target_top_up": rule.grants_target_top_up,
        "started_at": instant(rule.started_at),
        "expiration_at": instant(rule.expiration_at),
        "created_at": instant(rule.created_at),
        "invoice_requires_successful_payment": rule.invoice_requires_successful_payment,
        "ignore_paid_top_up_limits": rule.ignore_paid_top_up_limits,
        "transaction_name": text(rule.transaction_name),
        "transaction_metadata": rule.transaction_metadata,
        "purchase_order_number": text(rule.purchase_order_number),
        "payment_method": None,
        "applied_invoice_custom_sections": [],
    }
