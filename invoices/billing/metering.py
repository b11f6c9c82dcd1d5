"""How much of each charge was used: from tallies where they suffice, from the events one by one where they don't.

A charge's usage is read in three parts, each one request, loaded for a whole batch at once: the *tally* of the range
that is measured, what was *carried* over from before it, and the *events* of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from billing_site.kernel.intervals import Interval
from invoices.billing.drafts import BillingJob
from invoices.billing.in_advance import units_in_advance
from invoices.billing.period_days import begins_a_period, charges_of, period_days_of
from invoices.billing.prices import GroupValues, Price, PriceList
from plans.rating import Usage, needs_transactions
from usage.aggregation import (
    AggregationType,
    EventValue,
    Tally,
    Units,
    Weighting,
    aggregate,
    fold_unique,
    needs_events,
    prorated_events,
    prorated_units,
    summed_changes,
    unique_changes,
)
from usage.queries import BEGINNING, CodeEvents, CodeUsage, UsageRequest

ZERO = Decimal(0)
_ONE_EVENT_ONE_UNIT = frozenset({AggregationType.COUNT, AggregationType.UNIQUE_COUNT})


class Reading(Struct, frozen=True):
    """The requests whose answers measure one charge for one job; None: not needed."""

    tally: UsageRequest
    carried: UsageRequest | None = None
    events: UsageRequest | None = None

    @property
    def tallied(self) -> tuple[UsageRequest, ...]:
        return (self.tally,) if self.carried is None else (self.tally, self.carried)


@dataclass(frozen=True, slots=True)
class Measurements:
    """The answers to all requests of a batch."""

    tallies: Mapping[UsageRequest, CodeUsage]
    events: Mapping[UsageRequest, CodeEvents]


class Metered(Struct, frozen=True):
    """The units of one price and group, and what their price needs to know of them."""

    price: Price
    group: GroupValues
    units: Units
    usage: Usage


def reading_of(job: BillingJob, listed: PriceList) -> Reading | None:
    """What to read for a charge; None where usage is not billed this time."""
    period = job.boundaries.charges
    if period is None:
        return None
    if listed.charge.pay_in_advance:
        return _reading_in_advance(job, listed, period)
    if period.is_empty:
        return None
    within = _request(job, listed, period)
    metric, prorated = listed.metric, listed.charge.prorated
    if metric.aggregation_type is AggregationType.WEIGHTED_SUM:
        return Reading(within, carried=_before(job, listed, period) if metric.recurring else None)
    if prorated and metric.aggregation_type is AggregationType.SUM:
        return Reading(within, carried=_before(job, listed, period), events=within)
    measured = _since_the_beginning(job, listed, period.end) if metric.recurring else within
    return Reading(measured, events=measured if prorated or listed.by_event else None)


def _before(job: BillingJob, listed: PriceList, period: Interval) -> UsageRequest:
    return _request(job, listed, Interval(min(BEGINNING, period.start), period.start))


def _since_the_beginning(job: BillingJob, listed: PriceList, end: datetime) -> UsageRequest:
    return _request(job, listed, Interval(min(BEGINNING, end), end))


def _reading_in_advance(job: BillingJob, listed: PriceList, period: Interval) -> Reading | None:
    """While a period runs what its events have cost; on an invoice what is carried into the next period (3-D8)."""
    recurring = listed.metric.recurring
    if job.is_running:
        events = _request(job, listed, Interval(BEGINNING if recurring else period.start, period.end))
        return Reading(events, events=events)
    if recurring and begins_a_period(job):
        return Reading(_request(job, listed, Interval(BEGINNING, job.billed_at)))
    return None


def events_missing(reading: Reading, listed: PriceList, tallies: Mapping[UsageRequest, CodeUsage]) -> bool:
    """Whether the tally says that only the events can tell: values were removed again (3-G5)."""
    if reading.events is not None:
        return False
    return any(needs_events(listed.metric, tally) for _, tally in tallies[reading.tally])


def meter(job: BillingJob, listed: PriceList, reading: Reading, measured: Measurements) -> Iterator[Metered]:
    """The units of every price and group. A price of which nothing was used has one group of nulls (3-G15, 3-H4)."""
    tallies = listed.split(measured.tallies[reading.tally])
    carried = listed.split(measured.tallies[reading.carried]) if reading.carried else None
    by_event = measured.events.get(reading.events or reading.tally) if measured.events else None
    events = None if by_event is None else listed.split(by_event)
    for position, (price, groups) in enumerate(tallies):
        kept = carried[position][1] if carried else {}
        single = events[position][1] if events else {}
        own = _Meter(job, listed, price)
        found = {*groups, *kept, *single}
        for group in (sorted(found, key=_order) if len(found) > 1 else found) or [price.group_of({})]:
            yield own.measured(
                group,
                Tally.total(groups.get(group, ())),
                Tally.total(kept.get(group, ())),
                single.get(group, ()) if events is not None else None,
            )


class _Meter(Struct, frozen=True):
    job: BillingJob
    listed: PriceList
    price: Price

    def measured(
        self, group: GroupValues, tally: Tally, carried: Tally, events: Sequence[EventValue] | None
    ) -> Metered:
        if self.listed.charge.pay_in_advance and self.job.is_running:
            return Metered(self.price, group, *units_in_advance(self.job, self.listed, self.price, events or ()))
        # What is carried over into a period that is paid in advance counts in full (3-D8).
        if self.listed.charge.prorated and not self.listed.charge.pay_in_advance:
            return self._prorated(group, carried, events or ())
        units = self._units(tally, carried, events)
        return Metered(self.price, group, units, self._usage(units, events))

    def _units(self, tally: Tally, carried: Tally, events: Sequence[EventValue] | None) -> Units:
        metric = self.listed.metric
        match metric.aggregation_type:
            case AggregationType.WEIGHTED_SUM:
                return aggregate(metric, tally, self._weighting(carried.sum))
            case AggregationType.UNIQUE_COUNT if events is not None:
                return fold_unique(metric, events)
        return aggregate(metric, tally)

    def _usage(self, units: Units, events: Sequence[EventValue] | None) -> Usage:
        counted = self.listed.metric.aggregation_type in _ONE_EVENT_ONE_UNIT
        by_value = needs_transactions(self.price.model) and not counted and events is not None
        return Usage(
            units=units.units,
            full_units=units.full_units,
            events_count=units.events_count,
            transactions=[event.value for event in events or () if event.value is not None] if by_value else None,
            counted=counted,
            precise_total_amount_cents=units.precise_total_amount_cents,
            currency=self.job.subscription.plan.amount_currency,
        )

    def _prorated(self, group: GroupValues, carried: Tally, events: Sequence[EventValue]) -> Metered:
        days = period_days_of(self.job)
        if self.listed.metric.aggregation_type is AggregationType.UNIQUE_COUNT:
            changes = unique_changes(events, days)
            count = sum(event.text is not None for event in events)
        else:
            changes = summed_changes(carried.sum, events, days)
            count = carried.number_count + sum(event.value is not None for event in events)
        units = prorated_units(self.listed.metric, changes, days, count)
        usage = Usage(
            units=units.units,
            full_units=units.full_units,
            events_count=count,
            prorated_events=prorated_events(changes, days),
            currency=self.job.subscription.plan.amount_currency,
        )
        return Metered(self.price, group, units, usage)

    def _weighting(self, initial: Decimal) -> Weighting:
        period = charges_of(self.job)
        return Weighting(period.start, period.end, self.job.boundaries.charges_days, initial)


def _request(job: BillingJob, listed: PriceList, interval: Interval) -> UsageRequest:
    subscription = job.subscription
    return UsageRequest(
        organization_id=subscription.organization_id,
        external_subscription_id=subscription.external_id,
        code=listed.code,
        interval=interval,
    )


def _order(group: GroupValues) -> list[tuple[bool, str]]:
    return [(value is not None, value or "") for _, value in group]
