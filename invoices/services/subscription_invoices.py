"""The invoices that a subscription's own life causes: its start in advance, and its end."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.jobs import enqueue
from customers.models import Organization
from invoices.billing.bill import Billed, bill_jobs, lock_customers
from invoices.billing.drafts import BillingJob
from invoices.billing.due import overdue_jobs, starting_job, terminating_job
from invoices.billing.run import set_aside
from invoices.models import InvoiceSubscription, InvoicingReason
from plans.models import OnTerminationInvoice, Subscription
from plans.periods import local_date, start_of_local_day
from plans.queries import with_terms


def queue_starting_invoices(*, subscriptions: Sequence[Subscription]) -> None:
    """Have the first invoice made for advance plans that start today or later than they were agreed (3-S17, 3-S18)."""
    _queue(
        "invoices.tasks.bill_starts", [subscription for subscription in subscriptions if _pays_its_start(subscription)]
    )


def queue_terminating_invoices(*, subscriptions: Sequence[Subscription]) -> None:
    """Have the last invoice made, unless the termination asked for none (S12)."""
    generate = OnTerminationInvoice.GENERATE
    ended = [subscription for subscription in subscriptions if subscription.on_termination_invoice == generate]
    _queue("invoices.tasks.bill_ends", ended)


def bill_starts(*, subscription_ids: Sequence[UUID], at: datetime) -> Billed:
    """The starting invoices that do not exist yet."""
    return _bill(
        subscription_ids,
        InvoicingReason.STARTING,
        lambda missing: [starting_job(subscription, _started_at(subscription)) for subscription in missing],
        at,
    )


def bill_ends(*, subscription_ids: Sequence[UUID], at: datetime) -> Billed:
    """The terminating invoices that do not exist yet, after the periodic ones that were still due before."""
    return _bill(subscription_ids, InvoicingReason.TERMINATING, _terminating_jobs, at)


def _queue(task: str, subscriptions: Sequence[Subscription]) -> None:
    if subscriptions:
        organization = subscriptions[0].organization
        enqueue(task, [subscription.id for subscription in subscriptions], inline=organization.sandbox)


def _bill(
    subscription_ids: Sequence[UUID],
    reason: InvoicingReason,
    jobs_for: Callable[[list[Subscription]], list[BillingJob]],
    at: datetime,
) -> Billed:
    billed = Billed()
    with transaction.atomic():
        subscriptions = _without(reason, subscription_ids)
        if subscriptions:
            organization: Organization = subscriptions[0].organization
            bill_jobs(jobs_for(subscriptions), billed, at=at)
            set_aside(organization, billed.failures, at=at)
    return billed


def _without(reason: InvoicingReason, subscription_ids: Sequence[UUID]) -> list[Subscription]:
    """Those whose invoice of that reason is still to be made; their customers are locked first."""
    wanted = Subscription.objects.filter(id__in=list(subscription_ids))
    lock_customers(wanted.values_list("customer_id", flat=True))
    made = InvoiceSubscription.objects.filter(
        subscription_id__in=list(subscription_ids), invoicing_reason=reason, is_current=True
    )
    missing = wanted.exclude(id__in=made.values("subscription_id"))
    return list(with_terms(missing).select_related("organization").order_by("customer_id", "created_at", "id"))


def _terminating_jobs(subscriptions: list[Subscription]) -> list[BillingJob]:
    days = {subscription.id: _day_of_end(subscription) for subscription in subscriptions}
    periodic = InvoiceSubscription.objects.filter(
        subscription_id__in=days,
        invoicing_reason=InvoicingReason.PERIODIC,
        is_current=True,
        billed_at__in=days.values(),
    )
    billed = {period.subscription_id for period in periodic if period.billed_at == days[period.subscription_id]}
    jobs = []
    for subscription in subscriptions:
        jobs += overdue_jobs(subscription, before=days[subscription.id])
        jobs.append(terminating_job(subscription, elapsed_period_billed=subscription.id in billed))
    return jobs


def _day_of_end(subscription: Subscription) -> datetime:
    assert subscription.terminated_at is not None, "a terminated subscription has ended"
    return start_of_local_day(subscription.terminated_at, subscription.customer.applicable_timezone)


def _pays_its_start(subscription: Subscription) -> bool:
    timezone = subscription.customer.applicable_timezone
    backdated = local_date(_started_at(subscription), timezone) < local_date(subscription.created_at, timezone)
    return subscription.plan.pay_in_advance and not backdated


def _started_at(subscription: Subscription) -> datetime:
    assert subscription.started_at is not None, "a started subscription has a start"
    return subscription.started_at
