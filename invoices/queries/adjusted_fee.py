"""What was set by hand on fees of drafts, and the fees and prices that it can be set on."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from billing_site.kernel.errors import NotFound
from invoices.models import AdjustedFee, Fee, Invoice
from plans.models import Charge, ChargeFilter, FixedCharge, Subscription

Row = TypeVar("Row", bound=Model)


def adjusted_fees_of(invoice: Invoice) -> QuerySet[AdjustedFee]:
    """With all that the wire shows, the oldest first."""
    own = AdjustedFee.objects.filter(invoice=invoice)
    return own.select_related("subscription").order_by("created_at", "id")


def fee_on(invoice: Invoice, fee_id: UUID | None) -> Fee:
    return _one(invoice.fees.filter(id__in=[fee_id] if fee_id else []), "fee")


def subscription_on(invoice: Invoice, external_id: str) -> Subscription:
    """The latest of this external id that the invoice bills."""
    billed = Subscription.objects.filter(invoice_subscriptions__invoice=invoice, external_id=external_id)
    return _one(billed.order_by("-created_at", "-id"), "subscription")


def charge_of(subscription: Subscription, charge_id: UUID) -> Charge:
    return _one(Charge.objects.filter(plan=subscription.plan_id, id=charge_id, deleted_at__isnull=True), "charge")


def fixed_charge_of(subscription: Subscription, fixed_charge_id: UUID) -> FixedCharge:
    own = FixedCharge.objects.filter(plan=subscription.plan_id, deleted_at__isnull=True)
    return _one(own.filter(id=fixed_charge_id), "fixed_charge")


def filter_of(charge: Charge, filter_id: UUID) -> ChargeFilter:
    return _one(charge.filters.filter(id=filter_id, deleted_at__isnull=True), "charge_filter")


def _one(rows: QuerySet[Row], resource: str) -> Row:
    """Raises ``NotFound`` where there is none, or where it belongs to something else."""
    found = rows.first()
    if found is None:
        raise NotFound(resource)
    return found
