"""Collect what is due, and have the provider tell of it."""

from datetime import timedelta
from typing import Any

from django.test import Client

from customers.models import Customer, Organization
from invoices.models import Invoice, Payment, PaymentMethod, PaymentProvider
from invoices.providers import SavedMethod
from invoices.services.collection import collect_invoice, follow_payment
from invoices.services.invoice import mark_overdue
from invoices.services.payment_method import save_method
from tests.support.stripe import WEBHOOK_SECRET, signed_event


def a_method(customer: Customer, provider: PaymentProvider, method_id: str = "pm_1") -> PaymentMethod:
    saved = SavedMethod(customer.provider_customer_id, method_id)
    method = save_method(provider=provider, saved=saved, at=customer.organization.now())
    assert method is not None
    return method


def collect(invoice: Invoice) -> Payment | None:
    return collect_invoice(invoice_id=invoice.id, at=invoice.organization.now())


def follow(payment: Payment) -> Payment:
    return follow_payment(payment_id=payment.id, at=payment.organization.now())


def make_overdue(organization: Organization) -> None:
    mark_overdue(organization=organization, at=organization.now() + timedelta(days=60))


def tell(
    organization: Organization,
    event_type: str,
    told: dict[str, Any],
    expect: int = 200,
    secret: str = WEBHOOK_SECRET,
    event_id: str = "",
) -> None:
    body, signature = signed_event(event_type, told, secret, event_id)
    answer = Client().post(
        f"/webhooks/stripe/{organization.id}",
        body,
        content_type="application/json",
        headers={"Stripe-Signature": signature},
    )
    assert answer.status_code == expect, answer.content


def intent_of(payment: Payment, status: str, **more: Any) -> dict[str, Any]:
    """As Stripe tells of it."""
    return {
        "id": payment.provider_payment_id or "pi_9",
        "object": "payment_intent",
        "status": status,
        "metadata": {"meterbook_payment_id": str(payment.id)},
        **more,
    }
