"""A saved payment method on the wire."""

from collections.abc import Iterable
from typing import TypedDict

from billing_site.kernel.api.wire import instant
from invoices.models import PaymentMethod


class PaymentMethodWire(TypedDict):
    lago_id: str
    is_default: bool
    payment_provider_code: str
    payment_provider_name: str
    payment_provider_type: str
    provider_method_id: str
    created_at: str | None


def payment_method_wire(method: PaymentMethod) -> PaymentMethodWire:
    """Wants the provider loaded."""
    return {
        "lago_id": str(method.id),
        "is_default": method.is_default,
        "payment_provider_code": method.provider.code,
        "payment_provider_name": method.provider.name,
        "payment_provider_type": method.provider.provider_type,
        "provider_method_id": method.provider_method_id,
        "created_at": instant(method.created_at),
    }


def payment_methods_wire(methods: Iterable[PaymentMethod]) -> list[PaymentMethodWire]:
    return [payment_method_wire(method) for method in methods]
