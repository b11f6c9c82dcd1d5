"""Payments, receipts and payment requests."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from customers.webhooks import announce
from invoices.models import Payment, PaymentReceipt, PaymentRequest
from invoices.queries import payments_for_wire, receipts_for_wire, requests_for_wire
from invoices.wire.payment import payments_wire
from invoices.wire.payment_receipt import payment_receipts_wire
from invoices.wire.payment_request import payment_requests_wire


def tell_of_payment(webhook_type: str, payment: Payment, *, at: datetime) -> None:
    announce(
        webhook_type,
        lambda: payments_wire(payments_for_wire(Payment.objects.filter(id=payment.id))),
        organization_id=payment.organization_id,
        at=at,
    )


def tell_of_receipt(webhook_type: str, receipt: PaymentReceipt, *, at: datetime) -> None:
    announce(
        webhook_type,
        lambda: payment_receipts_wire(receipts_for_wire(PaymentReceipt.objects.filter(id=receipt.id))),
        organization_id=receipt.organization_id,
        at=at,
    )


def tell_of_requests(webhook_type: str, ids: Sequence[UUID], *, organization_id: UUID, at: datetime) -> None:
    if ids:
        announce(
            webhook_type,
            lambda: payment_requests_wire(
                requests_for_wire(PaymentRequest.objects.filter(id__in=ids)).order_by("created_at", "id")
            ),
            organization_id=organization_id,
            at=at,
        )
