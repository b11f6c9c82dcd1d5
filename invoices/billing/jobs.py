"""From subscriptions to jobs: which periods their next, first, last or remade invoice covers."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import msgspec

from billing_site.kernel.copy import text_array
from billing_site.kernel.intervals import Interval
from billing_site.kernel.prepared import cursor_for
from invoices.billing.drafts import BillingJob
from invoices.billing.period_days import begins_a_period
from invoices.models import InvoiceSubscription, InvoicingReason
from plans.models import Subscription
from plans.periods import (
    Boundaries,
    PreviousInvoice,
    Terms,
    boundaries_at,
    next_billing_at,
    start_of_local_day,
    starting_boundaries,
    terminating_boundaries,
)
from plans.queries import paying_ahead, renewing, terms_of


def periodic_jobs(subscriptions: Sequence[Subscription]) -> list[BillingJob]:
    """What each subscription owes at its ``next_billing_at``."""
    terms = billing_terms(subscriptions)
    return [
        _periodic(subscription, terms[subscription.id], subscription.next_billing_at)
        for subscription in subscriptions
        if subscription.next_billing_at is not None
    ]


def starting_jobs(subscriptions: Sequence[Subscription]) -> list[BillingJob]:
    """The first invoices of advance plans (3-S18)."""
    return [_starting(each, terms := terms_of(each), billed_at=terms.started_at) for each in subscriptions]


def trial_ending_jobs(subscriptions: Sequence[Subscription]) -> list[BillingJob]:
    """The subscription fees that advance plans owe from the end of the trial on; nothing else (3-R4)."""
    return [_trial_ending(subscription, terms_of(subscription)) for subscription in subscriptions]


def plan_change_jobs(following: Sequence[Subscription]) -> list[BillingJob]:
    """The last invoices of the subscriptions that ``following`` replaced, with what these pay ahead (3-S8, 3-S15).

    That includes what is carried over into a period that the next plan begins, also where that is paid in arrears.
    """
    changes = {each.previous_subscription: each for each in following if each.previous_subscription is not None}
    jobs = [
        replace(job, plan_change=changes[job.subscription].id) if job.reason == InvoicingReason.TERMINATING else job
        for job in terminating_jobs(list(changes))
    ]
    ahead, carrying = paying_ahead(following), renewing(following)
    for ended, each in changes.items():
        start = _starting(each, terms_of(each), billed_at=_terminated_at(ended))
        if each.id in ahead or (each.id in carrying and begins_a_period(start)):
            jobs.append(replace(start, plan_change=each.id))
    return jobs


def terminating_jobs(subscriptions: Sequence[Subscription]) -> list[BillingJob]:
    """The last invoices (3-Y2), after the periodic ones that no run made in time."""
    terms = billing_terms(subscriptions)
    billed = _billed_on_their_last_day(subscriptions)
    jobs = []
    for subscription in subscriptions:
        own = terms[subscription.id]
        jobs += _overdue(subscription, own)
        jobs.append(_terminating(subscription, own, elapsed_period_billed=subscription.id in billed))
    return jobs


def job_again(period: InvoiceSubscription, timezone: str) -> BillingJob:
    """The job that an invoice was made from, over the periods that it was made for.

    The subscription may have ended, and its customer moved, since: neither changes what the invoice covers.
    ``timezone`` is the invoice's.
    """
    subscription = period.subscription
    terms = msgspec.structs.replace(terms_of(subscription), timezone=timezone, terminated_at=None)
    match InvoicingReason(period.invoicing_reason):
        case InvoicingReason.STARTING:
            job = _starting(subscription, terms, billed_at=period.billed_at)
        case InvoicingReason.TRIAL_ENDING:
            job = _trial_ending(subscription, terms)
        case InvoicingReason.TERMINATING:
            # The elapsed period was billed that day if this invoice covers no more than the day itself.
            day = start_of_local_day(period.billed_at, timezone)
            job = _terminating(subscription, terms, elapsed_period_billed=period.from_datetime >= day)
        case _:
            job = _periodic(subscription, terms, period.billed_at)
    return replace(job, boundaries=_as_stored(job.boundaries, period))


def billing_terms(subscriptions: Iterable[Subscription]) -> dict[UUID, Terms]:
    """Their terms, with where the last periodic invoice of each stopped (3-B12). One query."""
    wanted = {subscription.id: subscription for subscription in subscriptions}
    previous = _previous_invoices(wanted)
    return {key: _after(terms_of(one), previous.get(key)) for key, one in wanted.items()}


def _after(terms: Terms, previous: PreviousInvoice | None) -> Terms:
    return terms if previous is None else msgspec.structs.replace(terms, previous_invoice=previous)


def _periodic(subscription: Subscription, terms: Terms, billed_at: datetime) -> BillingJob:
    return BillingJob(subscription, terms, boundaries_at(terms, billed_at), InvoicingReason.PERIODIC, billed_at)


def _starting(subscription: Subscription, terms: Terms, *, billed_at: datetime) -> BillingJob:
    boundaries = starting_boundaries(terms, terms.started_at)
    return BillingJob(subscription, terms, boundaries, InvoicingReason.STARTING, billed_at)


def _trial_ending(subscription: Subscription, terms: Terms) -> BillingJob:
    at = subscription.trial_end_at
    assert at is not None, "a trial that has ended had an end"
    of_start = starting_boundaries(terms, at)
    boundaries = msgspec.structs.replace(of_start, charges=None, fixed_charges=None, commitment=None)
    return BillingJob(subscription, terms, boundaries, InvoicingReason.TRIAL_ENDING, at)


def _terminating(subscription: Subscription, terms: Terms, *, elapsed_period_billed: bool) -> BillingJob:
    at = _terminated_at(subscription)
    boundaries = terminating_boundaries(terms, at, elapsed_period_billed=elapsed_period_billed)
    return BillingJob(subscription, terms, boundaries, InvoicingReason.TERMINATING, at)


def _overdue(subscription: Subscription, terms: Terms) -> list[BillingJob]:
    jobs, billed_at = [], subscription.next_billing_at
    last_day = start_of_local_day(_terminated_at(subscription), terms.timezone)
    while billed_at is not None and billed_at < last_day:
        jobs.append(_periodic(subscription, terms, billed_at))
        billed_at = next_billing_at(terms, billed_at)
    return jobs


def _billed_on_their_last_day(subscriptions: Sequence[Subscription]) -> set[UUID]:
    """Those whose periodic invoice of the day on which they end exists (3-B15)."""
    days = {one.id: start_of_local_day(_terminated_at(one), one.customer.applicable_timezone) for one in subscriptions}
    periodic = InvoiceSubscription.objects.filter(
        subscription_id__in=days, invoicing_reason=InvoicingReason.PERIODIC, billed_at__in=days.values()
    )
    made = periodic.values_list("subscription_id", "billed_at")
    return {subscription_id for subscription_id, billed_at in made if billed_at == days[subscription_id]}


def _terminated_at(subscription: Subscription) -> datetime:
    assert subscription.terminated_at is not None, "a terminated subscription has ended"
    return subscription.terminated_at


def _as_stored(computed: Boundaries, period: InvoiceSubscription) -> Boundaries:
    """Of what is computed again only the days of the whole periods and what is due are taken."""
    subscription = Interval(period.from_datetime, period.to_datetime)
    closes_it = computed.commitment == computed.subscription
    return msgspec.structs.replace(
        computed,
        subscription=subscription,
        charges=_stored(period.charges_from_datetime, period.charges_to_datetime),
        fixed_charges=_stored(period.fixed_charges_from_datetime, period.fixed_charges_to_datetime),
        commitment=subscription if closes_it else computed.commitment,
    )


def _stored(start: datetime | None, end: datetime | None) -> Interval | None:
    return None if start is None or end is None else Interval(start, end)


_LAST_PERIODIC = """
    SELECT wanted.id, last.timezone, last.charges_to_datetime, last.fixed_charges_to_datetime
    FROM unnest(%s::uuid[]) AS wanted (id)
    CROSS JOIN LATERAL (
        SELECT invoice.timezone, period.charges_to_datetime, period.fixed_charges_to_datetime
        FROM invoices_invoicesubscription AS period JOIN invoices_invoice AS invoice ON invoice.id = period.invoice_id
        WHERE period.subscription_id = wanted.id AND period.invoicing_reason = 'subscription_periodic'
        ORDER BY period.billed_at DESC LIMIT 1
    ) AS last
"""


def _previous_invoices(subscription_ids: Collection[UUID]) -> Mapping[UUID, PreviousInvoice]:
    if not subscription_ids:
        return {}
    with cursor_for(len(subscription_ids)) as cursor:
        cursor.execute(_LAST_PERIODIC, [text_array(key.hex for key in subscription_ids)])
        return {key: PreviousInvoice(*columns) for key, *columns in cursor.fetchall()}
