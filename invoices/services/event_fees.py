"""Charge events as they arrive, for charges paid in advance."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from billing_site.kernel.jobs import enqueue
from customers.models import Organization
from invoices.billing.bill import Billed, lock_customers
from invoices.billing.compute import readable
from invoices.billing.credits import CreditBook, load_credits
from invoices.billing.event_fees import EventJob, draft_event_fees, event_jobs
from invoices.billing.record import record
from invoices.billing.run import set_aside
from invoices.models import Fee
from plans.models import Charge, Subscription
from plans.queries import with_terms
from usage.ingest import StoredFlush
from usage.models import UsageFlush
from usage.queries import current_epoch, events_of_flush

log = structlog.get_logger(__name__)


def queue_event_fees(*, flushes: Sequence[StoredFlush]) -> None:
    """Have the new events charged whose organization has anything paid in advance; in a sandbox at once."""
    paid = {
        row["plan__organization"]: row["plan__organization__sandbox"]
        for row in _charges_in_advance({flush.organization_id for flush in flushes})
        .values("plan__organization", "plan__organization__sandbox")
        .distinct()
    }
    for flush in flushes:
        if flush.organization_id in paid:
            enqueue("invoices.tasks.charge_events", flush.id, inline=paid[flush.organization_id])


def charge_events(*, flush_id: int) -> Billed:
    """The fees of one flush's events, and their invoices (3-D7). An event is charged once, however often this runs."""
    flush = UsageFlush.objects.select_related("organization").get(id=flush_id)
    organization, billed = flush.organization, Billed()
    codes = set(_charges_in_advance([organization.id]).values_list("billable_metric__code", flat=True))
    with transaction.atomic():
        events = events_of_flush(flush_id, codes)
        subscriptions = _locked_subscriptions(organization, {event.external_subscription_id for event in events})
        jobs = _not_charged(event_jobs(events, subscriptions, at=organization.now()))
        credits = load_credits([each.job for each in jobs])
        for own in _by_customer(jobs):
            _charge(own, credits, billed, organization.now())
        set_aside(organization, billed.failures, at=organization.now())
    return billed


def _charge(jobs: Sequence[EventJob], credits: CreditBook, billed: Billed, at: datetime) -> None:
    """One customer's events; a fault is set aside with its reason and leaves the others alone."""
    customer_id = jobs[0].job.subscription.customer_id
    try:
        with transaction.atomic():
            billed.invoice_ids += record(list(draft_event_fees(jobs, credits, epoch=current_epoch())), at=at)
    except DatabaseError:
        raise
    except Exception as fault:
        log.exception("events could not be charged", customer_id=str(customer_id))
        billed.failures[customer_id] = readable(fault)


def _charges_in_advance(organization_ids: Collection[UUID]) -> QuerySet[Charge]:
    return Charge.objects.filter(plan__organization__in=organization_ids, pay_in_advance=True, deleted_at__isnull=True)


def _locked_subscriptions(organization: Organization, external_ids: set[str]) -> list[Subscription]:
    named = Subscription.objects.filter(
        organization=organization, external_id__in=external_ids, started_at__isnull=False
    )
    lock_customers(named.values_list("customer_id", flat=True))
    return list(with_terms(named).order_by("customer_id", "created_at", "id"))


def _not_charged(jobs: Sequence[EventJob]) -> list[EventJob]:
    """Without the events that have their fee already (3-D11); the constraint on fees would refuse them."""
    fees = Fee.objects.filter(
        subscription_id__in={each.job.subscription.id for each in jobs},
        charge_id__in={each.listed.charge.id for each in jobs},
        pay_in_advance_event_transaction_id__in={
            transaction_id for each in jobs for transaction_id in each.transaction_ids.values()
        },
    )
    charged = set(fees.values_list("subscription_id", "charge_id", "pay_in_advance_event_transaction_id"))
    for each in jobs:
        key = (each.job.subscription.id, each.listed.charge.id)
        for sequence, transaction_id in list(each.transaction_ids.items()):
            if (*key, transaction_id) in charged:
                del each.transaction_ids[sequence]
    return [each for each in jobs if each.transaction_ids]


def _by_customer(jobs: Sequence[EventJob]) -> list[list[EventJob]]:
    grouped: dict[UUID, list[EventJob]] = {}
    for each in jobs:
        grouped.setdefault(each.job.subscription.customer_id, []).append(each)
    return list(grouped.values())
