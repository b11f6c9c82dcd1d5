"""Which subscriptions are due, and with which periods: jobs for the billing core."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from customers.models import Organization
from invoices.billing.drafts import BillingJob
from invoices.models import InvoiceSubscription, InvoicingReason
from plans.models import Subscription, SubscriptionStatus
from plans.periods import (
    boundaries_at,
    next_billing_at,
    start_of_local_day,
    starting_boundaries,
    terminating_boundaries,
)
from plans.queries import terms_of
from plans.services.subscription.schedule import schedule_next_billing

LOADED = ("plan", "customer__billing_entity", "billing_entity")


def due_jobs(organization: Organization, customer_ids: Collection[UUID], at: datetime) -> list[BillingJob]:
    """The earliest due instant of each customer up to ``at``; call again for the next one, until nothing is left.

    So a customer's periods are billed in order, and subscriptions that fall due together share their invoice.
    """
    due = (
        Subscription.objects.filter(
            organization=organization,
            customer_id__in=customer_ids,
            status=SubscriptionStatus.ACTIVE,
            next_billing_at__lte=at,
        )
        .select_related(*LOADED)
        .order_by("customer_id", "next_billing_at", "created_at", "id")
    )
    return [
        periodic_job(subscription, subscription.next_billing_at)
        for subscription in _earliest(due)
        if subscription.next_billing_at is not None
    ]


def periodic_job(subscription: Subscription, billed_at: datetime) -> BillingJob:
    terms = terms_of(subscription)
    return BillingJob(subscription, terms, boundaries_at(terms, billed_at), InvoicingReason.PERIODIC, billed_at)


def starting_job(subscription: Subscription, at: datetime) -> BillingJob:
    """The first invoice of an advance plan (3-S18)."""
    terms = terms_of(subscription)
    return BillingJob(subscription, terms, starting_boundaries(terms, at), InvoicingReason.STARTING, at)


def terminating_job(subscription: Subscription, *, elapsed_period_billed: bool) -> BillingJob:
    """The last invoice, up to and including the instant of termination (3-Y2)."""
    terms, at = terms_of(subscription), subscription.terminated_at
    assert at is not None, "a terminated subscription has ended"
    boundaries = terminating_boundaries(terms, at, elapsed_period_billed=elapsed_period_billed)
    return BillingJob(subscription, terms, boundaries, InvoicingReason.TERMINATING, at)


def overdue_jobs(subscription: Subscription, *, before: datetime) -> list[BillingJob]:
    """Periodic invoices of an ended subscription that no run made in time."""
    jobs = []
    billed_at = subscription.next_billing_at
    while billed_at is not None and billed_at < before:
        job = periodic_job(subscription, billed_at)
        jobs.append(job)
        billed_at = next_billing_at(job.terms, billed_at)
    return jobs


def job_again(period: InvoiceSubscription) -> BillingJob:
    """The job that an invoice was made from."""
    subscription = period.subscription
    match InvoicingReason(period.invoicing_reason):
        case InvoicingReason.STARTING:
            return starting_job(subscription, period.billed_at)
        case InvoicingReason.TERMINATING:
            # The elapsed period was billed that day if this invoice covers no more than the day itself.
            day = start_of_local_day(period.billed_at, subscription.customer.applicable_timezone)
            return terminating_job(subscription, elapsed_period_billed=period.from_datetime >= day)
        case _:
            return periodic_job(subscription, period.billed_at)


def move_next_billing(jobs: Sequence[BillingJob]) -> None:
    """Each subscription's next instant after the one just billed."""
    schedule_next_billing(subscriptions=[job.subscription for job in jobs])


def _earliest(subscriptions: Iterable[Subscription]) -> Iterable[Subscription]:
    """Those due at their customer's first instant; ordered by customer and instant."""
    first: dict[UUID, datetime | None] = {}
    for subscription in subscriptions:
        if first.setdefault(subscription.customer_id, subscription.next_billing_at) == subscription.next_billing_at:
            yield subscription
