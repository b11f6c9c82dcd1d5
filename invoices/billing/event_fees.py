"""The fees and invoices of events that just arrived, for charges paid in advance (3.7)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from billing_site.kernel.intervals import Interval
from invoices.billing.compute import draft_of, unsettled_draft_of
from invoices.billing.credits import CreditBook
from invoices.billing.drafts import BillingJob, FeeDraft, InvoiceDraft
from invoices.billing.gather import charges_by_plan
from invoices.billing.in_advance import charge_events
from invoices.billing.period_days import charges_of
from invoices.billing.presentation import breakdown_of_event
from invoices.billing.prices import PriceList
from invoices.billing.taxes import TaxBook, load_taxes
from invoices.billing.usage_fee import PricedUsage, usage_fee
from invoices.models import InvoicingReason
from plans.models import Subscription
from plans.periods import current_period
from plans.queries import terms_of
from usage.queries import BEGINNING, CodeEvents, FlushedEvent, UsageRequest, gather_events


@dataclass(frozen=True, slots=True)
class EventJob:
    """New events of one subscription, period and charge: their transaction ids by order of arrival."""

    job: BillingJob
    listed: PriceList
    transaction_ids: dict[int, str]

    @property
    def request(self) -> UsageRequest:
        """The period's events; of a recurring metric all that came before them, too."""
        period, subscription = charges_of(self.job), self.job.subscription
        start = BEGINNING if self.listed.metric.recurring else period.start
        return UsageRequest(
            organization_id=subscription.organization_id,
            external_subscription_id=subscription.external_id,
            code=self.listed.charge.billable_metric.code,
            interval=Interval(start, period.end),
        )


def event_jobs(
    events: Sequence[FlushedEvent], subscriptions: Iterable[Subscription], *, at: datetime
) -> list[EventJob]:
    """Each event with the subscription that was active at its time (V7) and its charges paid in advance."""
    by_external_id: dict[str, list[Subscription]] = defaultdict(list)
    for subscription in subscriptions:
        by_external_id[subscription.external_id].append(subscription)
    prices = _prices_in_advance({each.plan_id for some in by_external_id.values() for each in some})
    jobs: dict[tuple[UUID, datetime], BillingJob] = {}
    found: dict[tuple[UUID, datetime, UUID], EventJob] = {}
    for event in events:
        owner = owner_of(by_external_id[event.external_subscription_id], event.value.timestamp)
        for listed in prices.get(owner.plan_id, ()) if owner else ():
            if listed.charge.billable_metric.code == event.code:
                assert owner is not None, "only an owner has prices"
                made = _job(owner, event.value.timestamp, at)
                job = jobs.setdefault((owner.id, charges_of(made).start), made)
                key = (owner.id, charges_of(job).start, listed.charge.id)
                found.setdefault(key, EventJob(job, listed, {})).transaction_ids[event.value.sequence] = (
                    event.transaction_id
                )
    return list(found.values())


def draft_event_fees(
    jobs: Sequence[EventJob], credits: CreditBook, *, epoch: int, supposed: Sequence[FlushedEvent] = ()
) -> Iterator[InvoiceDraft]:
    """One draft for each event and charge. Fees of charges that are not invoiceable come in drafts without invoice.

    ``supposed`` are events that are not stored, taken into account as if they were (V11).
    """
    stored = gather_events(list({each.request for each in jobs}))
    events = {request: with_supposed(request, found, supposed) for request, found in stored.items()}
    taxes = load_taxes((each.listed.charge for each in jobs), (each.job.subscription for each in jobs))
    for each in jobs:
        for fee in _fees(each, events[each.request], taxes):
            if each.listed.charge.invoiceable:
                yield draft_of([each.job], [fee], credits, epoch=epoch)
            else:
                yield unsettled_draft_of([each.job], [fee], epoch=epoch)


def with_supposed(request: UsageRequest, stored: CodeEvents, supposed: Sequence[FlushedEvent]) -> CodeEvents:
    asked = (request.external_subscription_id, request.code)
    added = [
        (event.dimension, event.value)
        for event in supposed
        if (event.external_subscription_id, event.code) == asked and event.value.timestamp in request.interval
    ]
    if not added:
        return stored
    return sorted([*stored, *added], key=lambda each: (each[1].timestamp, each[1].sequence))


def _fees(each: EventJob, events: CodeEvents, taxes: TaxBook) -> Iterator[FeeDraft]:
    subscription, charge = each.job.subscription, each.listed.charge
    applicable = taxes.of_charge(charge, subscription)
    dimensions = {value.sequence: dimension for dimension, value in events}
    for price, groups in each.listed.split(events):
        for group, own in groups.items():
            for charged in charge_events(each.job, each.listed, price, own):
                transaction_id = each.transaction_ids.get(charged.event.sequence)
                if transaction_id is not None:
                    usage = PricedUsage(price, group, charged.units, charged.units, 1, charged.rated)
                    shown = breakdown_of_event(price, dimensions[charged.event.sequence], charged.units)
                    yield replace(
                        usage_fee(each.job, charge, usage, applicable),
                        pay_in_advance=True,
                        event_transaction_id=transaction_id,
                        presentation_breakdowns=shown,
                    )


def _prices_in_advance(plan_ids: set[UUID]) -> dict[UUID, list[PriceList]]:
    return {
        plan_id: [PriceList.of(charge) for charge in charges if charge.pay_in_advance]
        for plan_id, charges in charges_by_plan(plan_ids).items()
    }


def owner_of(subscriptions: Iterable[Subscription], timestamp: datetime) -> Subscription | None:
    """Active at that time, its end included; of two the one that started later."""
    owners = [
        each
        for each in subscriptions
        if each.started_at is not None
        and each.started_at <= timestamp
        and (each.terminated_at is None or timestamp <= each.terminated_at)
    ]
    return max(owners, key=lambda each: each.started_at or timestamp, default=None)


def _job(subscription: Subscription, timestamp: datetime, at: datetime) -> BillingJob:
    terms = terms_of(subscription)
    return BillingJob(subscription, terms, current_period(terms, timestamp), InvoicingReason.IN_ADVANCE_CHARGE, at)
