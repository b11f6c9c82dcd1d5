"""A payment request on the wire, with its customer and its invoices."""

from collections.abc import Iterable
from typing import TypedDict

from billing_site.kernel.api.wire import instant
from customers.wire.customer import CustomerWire, customer_wire
from invoices.models import PaymentRequest
from invoices.wire.invoice import InvoiceWire, invoice_wire


class PaymentRequestWire(TypedDict):
    lago_id: str
    email: str
    amount_cents: int
    amount_currency: str
    payment_status: str
    created_at: str | None
    customer: CustomerWire
    invoices: list[InvoiceWire]


def payment_request_wire(payment_request: PaymentRequest) -> PaymentRequestWire:
    """Wants ``queries.requests_for_wire``."""
    return {
        "lago_id": str(payment_request.id),
        "email": payment_request.email,
        "amount_cents": payment_request.amount_cents,
        "amount_currency": payment_request.amount_currency,
        "payment_status": payment_request.payment_status,
        "created_at": instant(payment_request.created_at),
        "customer": customer_wire(payment_request.customer),
        "invoices": [invoice_wire(invoice) for invoice in payment_request.invoices.all()],
    }


def payment_requests_wire(payment_requests: Iterable[PaymentRequest]) -> list[PaymentRequestWire]:
    return [payment_request_wire(payment_request) for payment_request in payment_requests]
