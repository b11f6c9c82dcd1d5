"""Which subscriptions have an invoice to come: periodic ones, and starts and ends that were missed."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from customers.models import Organization
from invoices.models import InvoiceSubscription, InvoicingReason
from plans.models import OnTerminationInvoice, Subscription, SubscriptionStatus
from plans.periods import local_date
from plans.queries import with_terms


def due_subscriptions(organization: Organization, customer_ids: Collection[UUID], at: datetime) -> list[Subscription]:
    """Those due at the earliest instant of their customer up to ``at``; call again, until none is left.

    So a customer's periods are billed in order, and subscriptions that fall due together share their invoice.
    """
    due = Subscription.objects.filter(
        organization=organization,
        customer_id__in=customer_ids,
        status=SubscriptionStatus.ACTIVE,
        next_billing_at__lte=at,
    )
    return list(_earliest(_billable(due).order_by("customer_id", "next_billing_at", "created_at", "id")))


def starts_to_bill(subscriptions: QuerySet[Subscription]) -> list[Subscription]:
    """Started advance plans without a starting invoice, unless they were agreed after their start (3-S17, 3-S18)."""
    started = subscriptions.filter(started_at__isnull=False, plan__pay_in_advance=True)
    return [one for one in _never_invoiced(started, InvoicingReason.STARTING) if pays_its_start(one)]


def ends_to_bill(subscriptions: QuerySet[Subscription]) -> list[Subscription]:
    """Terminated ones without a last invoice, unless the termination asked for none (S12)."""
    ended = subscriptions.filter(
        status=SubscriptionStatus.TERMINATED, on_termination_invoice=OnTerminationInvoice.GENERATE
    )
    return _never_invoiced(ended, InvoicingReason.TERMINATING)


def pays_its_start(subscription: Subscription) -> bool:
    assert subscription.started_at is not None, "a started subscription has a start"
    timezone = subscription.customer.applicable_timezone
    backdated = local_date(subscription.started_at, timezone) < local_date(subscription.created_at, timezone)
    return subscription.plan.pay_in_advance and not backdated


def _never_invoiced(subscriptions: QuerySet[Subscription], reason: InvoicingReason) -> list[Subscription]:
    """Also an invoice that was voided since counts: making another one is the operator's decision."""
    invoiced = InvoiceSubscription.objects.filter(subscription_id=OuterRef("pk"), invoicing_reason=reason)
    missing = subscriptions.filter(~Exists(invoiced))
    return list(_billable(missing).order_by("customer_id", "created_at", "id"))


def _billable(subscriptions: QuerySet[Subscription]) -> QuerySet[Subscription]:
    return with_terms(subscriptions).select_related("organization", "billing_entity")


def _earliest(subscriptions: Iterable[Subscription]) -> Iterable[Subscription]:
    """Those due at their customer's first instant; ordered by customer and instant."""
    first: dict[UUID, datetime | None] = {}
    for subscription in subscriptions:
        if first.setdefault(subscription.customer_id, subscription.next_billing_at) == subscription.next_billing_at:
            yield subscription
