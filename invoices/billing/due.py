"""Which subscriptions have an invoice to come: periodic ones, and starts and ends that were missed."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from customers.models import Organization
from invoices.models import InvoiceSubscription, InvoicingReason
from plans.models import FixedCharge, OnTerminationInvoice, Subscription, SubscriptionStatus
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
    """Those that pay something ahead and have no starting invoice, unless agreed after their start (3-S17, 3-S18)."""
    ahead = FixedCharge.objects.filter(plan_id=OuterRef("plan_id"), pay_in_advance=True, deleted_at__isnull=True)
    started = subscriptions.filter(Q(plan__pay_in_advance=True) | Exists(ahead), started_at__isnull=False)
    return [one for one in _never_invoiced(started, InvoicingReason.STARTING) if not is_backdated(one)]


def ends_to_bill(subscriptions: QuerySet[Subscription]) -> list[Subscription]:
    """Terminated ones without a last invoice, unless the termination asked for none (S12)."""
    ended = subscriptions.filter(
        status=SubscriptionStatus.TERMINATED, on_termination_invoice=OnTerminationInvoice.GENERATE
    )
    return _never_invoiced(ended, InvoicingReason.TERMINATING)


def is_backdated(subscription: Subscription) -> bool:
    """Agreed on a later day than it started on."""
    assert subscription.started_at is not None, "a started subscription has a start"
    timezone = subscription.customer.applicable_timezone
    return local_date(subscription.started_at, timezone) < local_date(subscription.created_at, timezone)


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
