"""A payment on the wire."""

from collections.abc import Iterable
from typing import Any, TypedDict

from billing_site.kernel.api.wire import instant, text
from invoices.models import Payment


class PaymentWire(TypedDict):
    lago_id: str
    lago_customer_id: str
    external_customer_id: str
    invoice_ids: list[str]
    invoice_numbers: list[str]
    lago_payable_id: str
    payable_type: str
    amount_cents: int
    amount_currency: str
    status: str
    payment_status: str
    type: str
    reference: str
    payment_provider_code: str | None
    payment_provider_type: str | None
    external_payment_id: str | None
    provider_payment_id: str | None
    next_action: dict[str, Any]
    lago_payment_receipt_id: str | None
    paid_at: str | None
    created_at: str | None


def payment_wire(payment: Payment) -> PaymentWire:
    """Wants ``queries.payments_for_wire``. ``created_at`` is when it was paid, as the payer says."""
    invoices = [allocation.invoice for allocation in payment.allocations.all()]
    receipt = getattr(payment, "receipt", None)
    return {
        "lago_id": str(payment.id),
        "lago_customer_id": str(payment.customer_id),
        "external_customer_id": payment.customer.external_id,
        "invoice_ids": [str(invoice.id) for invoice in invoices],
        "invoice_numbers": [invoice.number for invoice in invoices],
        "lago_payable_id": str(payment.payment_request_id or invoices[0].id),
        "payable_type": "PaymentRequest" if payment.payment_request_id else "Invoice",
        "amount_cents": payment.amount_cents,
        "amount_currency": payment.amount_currency,
        "status": payment.payment_status,
        "payment_status": payment.payment_status,
        "type": payment.payment_type,
        "reference": payment.reference,
        "payment_provider_code": text(payment.provider_code),
        "payment_provider_type": text(payment.provider_type),
        "external_payment_id": text(payment.provider_payment_id),
        "provider_payment_id": text(payment.provider_payment_id),
        "next_action": _next_action(payment),
        "lago_payment_receipt_id": str(receipt.id) if receipt else None,
        "paid_at": instant(payment.paid_at),
        "created_at": instant(payment.paid_at),
    }


def payments_wire(payments: Iterable[Payment]) -> list[PaymentWire]:
    return [payment_wire(payment) for payment in payments]


def _next_action(payment: Payment) -> dict[str, Any]:
    """Where its customer has to say yes to it; empty where nobody waits for that."""
    if not (payment.requires_action and payment.action_url):
        return {}
    return {"type": "redirect_to_url", "redirect_to_url": {"url": payment.action_url}}
