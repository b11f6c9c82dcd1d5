"""What payment providers refuse, and the accounts that customers have there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from customers.models import Customer
from customers.webhooks import announce
from invoices.models import Invoice, InvoiceStatus, Payment, PaymentProvider, WalletTransaction
from invoices.providers import ProviderRefused
from invoices.services.announcements.customers import tell_of_customer


def tell_of_account(customer: Customer, *, at: datetime) -> None:
    tell_of_customer("customer.payment_provider_created", customer, at=at)


@transaction.atomic
def tell_of_page(customer: Customer, url: str, *, at: datetime) -> None:
    """Where the customer can save a payment method."""
    shown = {**_customer(customer), "checkout_url": url}
    announce("customer.checkout_url_generated", lambda: [shown], organization_id=customer.organization_id, at=at)


@transaction.atomic
def tell_of_refused_account(customer: Customer, refused: ProviderRefused, *, at: datetime) -> None:
    shown = {**_customer(customer), "provider_error": _error(str(refused), refused.provider_code)}
    announce("customer.payment_provider_error", lambda: [shown], organization_id=customer.organization_id, at=at)


@transaction.atomic
def tell_of_provider_fault(provider: PaymentProvider, action: str, refused: ProviderRefused, *, at: datetime) -> None:
    shown = {
        "lago_payment_provider_id": str(provider.id),
        "payment_provider_code": provider.code,
        "payment_provider_name": provider.name,
        "source": provider.provider_type,
        "action": action,
        "provider_error": _error(str(refused), refused.provider_code),
    }
    announce("payment_provider.error", lambda: [shown], organization_id=provider.organization_id, at=at)


def tell_of_failed_payment(payment: Payment, invoices: Sequence[Invoice], *, at: datetime) -> None:
    """One message for a payment request; else one for each invoice, or for its top-up while that is held back."""
    error = {**_account(payment), "provider_error": _error(payment.failure_reason, payment.failure_code)}
    if payment.payment_request_id:
        named = {
            "lago_payment_request_id": str(payment.payment_request_id),
            "lago_invoice_ids": [str(invoice.id) for invoice in invoices],
        }
        _tell("payment_request.payment_failure", [{**named, **error}], payment, at)
        return
    issued = [invoice for invoice in invoices if invoice.status != InvoiceStatus.OPEN]
    _tell("invoice.payment_failure", [{"lago_invoice_id": str(each.id), **error} for each in issued], payment, at)
    bought = WalletTransaction.objects.filter(invoice__in=[each.id for each in invoices if each not in issued])
    top_ups = [{"lago_wallet_transaction_id": str(pk), **error} for pk in bought.values_list("pk", flat=True)]
    _tell("wallet_transaction.payment_failure", top_ups, payment, at)


def _tell(webhook_type: str, shown: Sequence[Mapping[str, Any]], payment: Payment, at: datetime) -> None:
    if shown:
        announce(webhook_type, lambda: shown, organization_id=payment.organization_id, at=at)


def _account(payment: Payment) -> dict[str, Any]:
    return {
        "lago_customer_id": str(payment.customer_id),
        "external_customer_id": payment.customer.external_id,
        "provider_customer_id": payment.provider_customer_id,
        "payment_provider": payment.provider_type,
        "payment_provider_code": payment.provider_code,
    }


def _customer(customer: Customer) -> dict[str, Any]:
    return {
        "lago_customer_id": str(customer.id),
        "external_customer_id": customer.external_id,
        "payment_provider": customer.payment_provider,
        "payment_provider_code": customer.payment_provider_code or None,
    }


def _error(message: str, code: str) -> dict[str, str]:
    return {"message": message, "error_code": code}
