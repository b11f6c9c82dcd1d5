"""Holding and releasing many customers at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from billing_site.kernel.bulk import BulkCommand, Effect, register
from billing_site.kernel.errors import NotAllowed
from customers.models import Customer
from customers.queries import customers_of
from invoices.models import BillingHold
from invoices.services.billing_hold import hold_customer, release_customer


def _hold(customer: Customer, values: Mapping[str, Any], at: datetime) -> Effect:
    if _is_held(customer):
        raise NotAllowed("already_held", "It is held already.")
    hold_customer(customer=customer, reason=values.get("reason", ""), at=at)
    return Effect("Held: no invoice is made or finalized by itself until it is released.")


def _release(customer: Customer, values: Mapping[str, Any], at: datetime) -> Effect:
    if not _is_held(customer):
        raise NotAllowed("not_held", "Nothing holds it.")
    release_customer(customer=customer, at=at)
    return Effect("Released: the next run bills what fell due meanwhile.")


def _is_held(customer: Customer) -> bool:
    return BillingHold.objects.filter(customer=customer, released_at__isnull=True).exists()


HOLD = register(BulkCommand(name="hold_customers", label="Hold billing", rows=customers_of, act=_hold))
RELEASE = register(BulkCommand(name="release_customers", label="Release billing", rows=customers_of, act=_release))
