"""Charge events as they arrive, for charges paid in advance."""

from collections.abc import Collection, Sequence, Set
from datetime import datetime
from itertools import chain, groupby
from operator import attrgetter
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from billing_site.kernel.jobs import enqueue
from customers.models import Organization
from invoices.billing.bill import Billed, lock_customers
from invoices.billing.credits import load_credits
from invoices.billing.event_fees import EventJob, draft_event_fees, event_jobs
from invoices.billing.isolation import by_halves
from invoices.billing.record import record
from invoices.billing.run import set_aside
from invoices.models import Fee, UnchargedFlush
from plans.models import Charge, Subscription
from plans.queries import with_terms
from usage.ingest import StoredFlush
from usage.models import UsageFlush
from usage.queries import FlushedEvent, current_epoch, events_of_flush


def queue_event_fees(*, flush: StoredFlush, inline: bool) -> None:
    """Have the new events charged."""
    enqueue("invoices.tasks.charge_events", flush.id, inline=inline)


def charge_events(*, flush_id: int, customer_id: UUID | None = None) -> Billed:
    """The fees of one flush's events, and their invoices (3-D7). An event is charged once, however often this runs.

    Of one customer alone, if said. Who is set aside keeps the flush for the retry.
    """
    flush = UsageFlush.objects.select_related("organization").get(id=flush_id)
    organization, billed = flush.organization, Billed()
    codes = set(_charges_in_advance([organization.id]).values_list("billable_metric__code", flat=True))
    with transaction.atomic():
        events = events_of_flush(flush_id, codes)
        external_ids = {event.external_subscription_id for event in events}
        customers = _by_customer(_locked_subscriptions(organization, external_ids, customer_id))
        by_halves(
            customers,
            lambda some: _charge(events, list(chain.from_iterable(some)), billed, organization.now()),
            lambda own, reason: billed.failures.update({own[0].customer_id: reason}),
        )
        set_aside(organization, billed.failures, at=organization.now())
        _keep_uncharged(flush_id, {own[0].customer_id for own in customers}, set(billed.failures))
    return billed


def charge_uncharged(*, customer_id: UUID) -> Billed:
    """What could not be charged when the events arrived, in their order; stops at the first that still cannot be."""
    billed = Billed()
    flush_ids = UnchargedFlush.objects.filter(customer=customer_id).order_by("flush_id")
    for flush_id in list(flush_ids.values_list("flush_id", flat=True)):
        charged = charge_events(flush_id=flush_id, customer_id=customer_id)
        billed.invoice_ids += charged.invoice_ids
        billed.failures |= charged.failures
        if charged.failures:
            break
        flush_ids.filter(flush_id=flush_id).delete()
    return billed


def _keep_uncharged(flush_id: int, looked_at: Set[UUID], failed: Set[UUID]) -> None:
    UnchargedFlush.objects.bulk_create(
        (UnchargedFlush(customer_id=customer_id, flush_id=flush_id) for customer_id in sorted(failed)),
        ignore_conflicts=True,
    )
    UnchargedFlush.objects.filter(flush=flush_id, customer__in=looked_at - failed).delete()


def _charge(
    events: Sequence[FlushedEvent], subscriptions: Sequence[Subscription], billed: Billed, at: datetime
) -> None:
    jobs = _not_charged(event_jobs(events, subscriptions, at=at))
    credits, epoch = load_credits([each.job for each in jobs]), current_epoch()
    drafts = [draft for own in _jobs_by_customer(jobs) for draft in draft_event_fees(own, credits, epoch=epoch)]
    billed.invoice_ids += record(drafts, at=at)


def _charges_in_advance(organization_ids: Collection[UUID]) -> QuerySet[Charge]:
    return Charge.objects.filter(plan__organization__in=organization_ids, pay_in_advance=True, deleted_at__isnull=True)


def _locked_subscriptions(
    organization: Organization, external_ids: Set[str], customer_id: UUID | None
) -> list[Subscription]:
    named = Subscription.objects.filter(
        organization=organization, external_id__in=external_ids, started_at__isnull=False
    )
    if customer_id is not None:
        named = named.filter(customer=customer_id)
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


def _by_customer(subscriptions: Sequence[Subscription]) -> list[list[Subscription]]:
    return [list(own) for _, own in groupby(subscriptions, key=attrgetter("customer_id"))]


def _jobs_by_customer(jobs: Sequence[EventJob]) -> list[list[EventJob]]:
    grouped: dict[UUID, list[EventJob]] = {}
    for each in jobs:
        grouped.setdefault(each.job.subscription.customer_id, []).append(each)
    return list(grouped.values())
