"""Billing many customers again that were set aside."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from billing_site.kernel.bulk import BulkCommand, Effect, register
from billing_site.kernel.errors import NotAllowed
from customers.models import Organization
from invoices.models import BillingFailure, Invoice
from invoices.services.billing import retry_customer


def _open(organization: Organization) -> QuerySet[BillingFailure]:
    failures = BillingFailure.objects.filter(organization=organization, resolved_at__isnull=True)
    return failures.select_related("organization", "customer")


def _retry(failure: BillingFailure, values: Mapping[str, Any], at: datetime) -> Effect:
    billed = retry_customer(failure=failure)
    reason = billed.failures.get(failure.customer_id)
    if reason:
        raise NotAllowed("still_failing", f"Still not possible: {reason}")
    made = list(Invoice.objects.filter(pk__in=billed.invoice_ids).values_list("currency", "total_amount_cents"))
    currency = made[0][0] if made else ""
    total = sum(cents for each, cents in made if each == currency)
    return Effect(f"{failure.customer}: {len(made)} invoice(s).", total if made else None, currency)


RETRY = register(BulkCommand(name="retry_failures", label="Bill again", rows=_open, act=_retry))
