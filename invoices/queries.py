"""What API, console, portal and documents read of invoices. Every function is a constant number of queries."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet

from billing_site.kernel.errors import NotFound
from customers.models import Organization
from invoices.models import Fee, Invoice, InvoiceSubscription
from plans.models import Subscription
from plans.queries import for_wire as subscriptions_for_wire


def invoices_of(organization: Organization) -> QuerySet[Invoice]:
    """Those that the reference system's API returns, newest first."""
    return Invoice.objects.filter(organization=organization).visible().newest_first()


def for_wire(invoices: QuerySet[Invoice]) -> QuerySet[Invoice]:
    loaded = invoices.select_related("billing_entity", "customer__billing_entity")
    return loaded.prefetch_related("applied_taxes", "customer__taxes")


def with_details(invoices: QuerySet[Invoice]) -> QuerySet[Invoice]:
    periods = InvoiceSubscription.objects.prefetch_related(
        Prefetch("subscription", subscriptions_for_wire(Subscription.objects.all()))
    )
    return for_wire(invoices).prefetch_related(
        Prefetch("fees", fees_for_wire(Fee.objects.all())), Prefetch("invoice_subscriptions", periods)
    )


def invoice_by_id(organization: Organization, lago_id: str | UUID) -> Invoice:
    """Raises ``NotFound``: ``invoice_not_found``, also for what is not an id."""
    try:
        found = invoices_of(organization).filter(id=lago_id).first()
    except (ValidationError, ValueError):
        found = None
    if found is None:
        raise NotFound("invoice")
    return found


def invoice_details(organization: Organization, lago_id: str | UUID) -> Invoice:
    """One invoice with everything that the wire and its document show."""
    return with_details(Invoice.objects.filter(organization=organization)).get(id=lago_id)


def fees_of(organization: Organization) -> QuerySet[Fee]:
    """Oldest first."""
    return Fee.objects.filter(organization=organization).order_by("created_at", "id")


def fees_for_wire(fees: QuerySet[Fee]) -> QuerySet[Fee]:
    return fees.select_related("customer", "subscription", "charge", "charge_filter").prefetch_related("applied_taxes")
