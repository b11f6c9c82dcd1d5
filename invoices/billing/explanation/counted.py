"""The usage of a period, counted again as of the epoch that its invoice read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from billing_site.kernel.intervals import Interval
from invoices.billing.explanation.subject import Subject
from invoices.billing.metering import Measurements, Metered, Reading, events_missing, meter
from invoices.billing.period_days import charges_of, period_days_of
from invoices.billing.rate import priced
from invoices.models import Fee
from invoices.settlement import Counted, Explanation, Line, UnitsTrail, summed_by_days
from plans.rating import normalized
from usage.aggregation import (
    AggregationType,
    DayWeighted,
    EventValue,
    Tally,
    aggregate,
    fold_unique,
    needs_events,
    summed_changes,
    unique_changes,
)
from usage.queries import UsageRequest, events_as_of, gather_usage, usage_as_of


def explain_period(subject: Subject) -> Explanation | None:
    reading = subject.reading
    assert reading is not None and subject.epoch is not None, "a period's fee is on an invoice"
    measured = _measured_then(subject, reading, subject.epoch)
    metered = _own(subject, reading, measured)
    if metered is None:
        return None
    usage = priced(metered)
    return Explanation(
        currency=subject.fee.amount_currency,
        lines=tuple(Line.of(step) for step in usage.rated.steps),
        counted=counted_of(subject, usage.events_count, _late_events_count(subject, measured)),
        units=_Trail(subject, reading, measured).units(metered),
        charge_model=subject.listed.charge.charge_model,
        properties=normalized(metered.price.model),
        recalculated=True,
        changed_since=changed_since(subject.fee, subject),
    )


def counted_of(subject: Subject, events_count: int, late_events_count: int) -> Counted:
    metric, fee = subject.listed.charge.billable_metric, subject.fee
    return Counted(
        code=metric.code,
        name=metric.name,
        aggregation_type=metric.aggregation_type,
        field_name=metric.field_name,
        recurring=metric.recurring,
        interval=charges_of(subject.job),
        since=subject.request.interval,
        filter_values=fee.charge_filter.values if fee.charge_filter else None,
        grouped_by=fee.grouped_by,
        events_count=events_count,
        late_events_count=late_events_count,
    )


def changed_since(fee: Fee, subject: Subject) -> tuple[str, ...]:
    """What the fee depends on and was edited after it was made."""
    charge = subject.listed.charge
    parts: dict[str, Any] = {
        "charge": charge,
        "charge_filter": subject.price.charge_filter,
        "billable_metric": charge.billable_metric,
    }
    return tuple(name for name, part in parts.items() if part is not None and part.updated_at > fee.created_at)


def _measured_then(subject: Subject, reading: Reading, epoch: int) -> Measurements:
    tallies = usage_as_of(list(reading.tallied), epoch)
    by_event = reading.events
    if by_event is None and events_missing(reading, subject.listed, tallies):
        by_event = reading.tally
    return Measurements(tallies, events_as_of([by_event], epoch) if by_event else {})


def _own(subject: Subject, reading: Reading, measured: Measurements, *, listed: Any = None) -> Metered | None:
    wanted = (subject.price.charge_filter, subject.group)
    found = meter(subject.job, listed or subject.listed, reading, measured)
    return next((each for each in found if (each.price.charge_filter, each.group) == wanted), None)


def _late_events_count(subject: Subject, measured: Measurements) -> int:
    """Events of the same range that arrived after the invoice had read it."""
    reading = subject.reading
    assert reading is not None
    requests = list(reading.tallied)
    now = gather_usage(requests)
    counts = [
        Tally.total(subject.own(now[each])).count - Tally.total(subject.own(measured.tallies[each])).count
        for each in requests
    ]
    return sum(counts)


@dataclass(frozen=True, slots=True)
class _Trail:
    subject: Subject
    reading: Reading
    measured: Measurements

    def units(self, metered: Metered) -> UnitsTrail:
        metric = self.subject.listed.metric
        unrounded = replace(self.subject.listed, metric=replace(metric, rounding_function=None))
        before = _own(self.subject, self.reading, self.measured, listed=unrounded)
        assert before is not None, "the same usage has the same groups"
        changes = self._changes() if self._is_prorated else ()
        return UnitsTrail(
            carried=self._carried() if metric.recurring else None,
            aggregated=before.units.full_units,
            rounding=metric.rounding_function,
            rounding_precision=metric.rounding_precision,
            rounded=metered.units.full_units,
            priced=metered.units.units,
            by_days=summed_by_days(changes),
            period_days=self.subject.job.boundaries.charges_days if self._is_by_time else None,
        )

    @property
    def _is_prorated(self) -> bool:
        charge = self.subject.listed.charge
        return charge.prorated and not charge.pay_in_advance

    @property
    def _is_by_time(self) -> bool:
        return self._is_prorated or self.subject.listed.metric.aggregation_type is AggregationType.WEIGHTED_SUM

    def _changes(self) -> Sequence[DayWeighted]:
        days, events = period_days_of(self.subject.job), self._events()
        if self.subject.listed.metric.aggregation_type is AggregationType.UNIQUE_COUNT:
            return unique_changes(events, days)
        carried = self.measured.tallies[self.reading.carried] if self.reading.carried else ()
        return summed_changes(Tally.total(self.subject.own(carried)).sum, events, days)

    def _events(self) -> list[EventValue]:
        return self.subject.own(self.measured.events[self.reading.events or self.reading.tally])

    def _carried(self) -> Decimal:
        """The units that were there when the range began."""
        start = self.subject.request.interval.start
        before = self.reading.tally._replace(interval=Interval(start, max(charges_of(self.subject.job).start, start)))
        return _level(self.subject, before)


def _level(subject: Subject, request: UsageRequest) -> Decimal:
    epoch = subject.epoch
    assert epoch is not None
    metric = replace(subject.listed.metric, rounding_function=None)
    tally = Tally.total(subject.own(usage_as_of([request], epoch)[request]))
    if metric.aggregation_type is AggregationType.WEIGHTED_SUM:
        return tally.sum
    if needs_events(metric, tally):
        return fold_unique(metric, subject.own(events_as_of([request], epoch)[request])).units
    return aggregate(metric, tally).units
