"""Charges paid in advance: what one event adds to the price of all events before it (3.7).

The units of a period only ever cost more: what is billed is the rise of the highest level so far, so that taking units
away refunds nothing and putting them back costs nothing (3-D4, 3-D5).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from invoices.billing.drafts import BillingJob
from invoices.billing.period_days import charges_of, period_days_of
from invoices.billing.prices import Price, PriceList
from plans.rating import Rated, Usage, needs_transactions, rate, rate_in_advance
from usage.aggregation import (
    AggregationType,
    EventValue,
    Level,
    Operation,
    Units,
    prorated_in_advance,
    unique_change,
)

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Charged:
    """What one event cost: ``units`` are those that it added to what is billed."""

    event: EventValue
    units: Decimal
    rated: Rated


@dataclass(slots=True)
class Account:
    """The events of one price and group of a charge so far, in order of time."""

    job: BillingJob
    listed: PriceList
    price: Price
    level: Level = field(default_factory=Level)
    events_count: int = 0
    values: list[Decimal] = field(default_factory=list)
    precise_total_amount_cents: Decimal = ZERO
    present: set[str] = field(default_factory=set)
    prorated_units: Decimal = ZERO

    def carry(self, events: Sequence[EventValue]) -> None:
        """Take up what recurring metrics keep from before the period; it is billed with the period's invoice (3-D8)."""
        for event in events:
            change = self._change(event)
            if change is not None:
                self.level = Level(self.level.current + change, ZERO)
        self.level = Level(self.level.current, max(self.level.current, ZERO))
        self.prorated_units = self.level.highest

    def charge(self, event: EventValue) -> Charged | None:
        """The price of one more event; None for one without the metric's value, which is no usage (3-D11)."""
        change = self._change(event)
        if change is None:
            return None
        before, excluding = self.level, self.usage()
        self.level = before.after(change)
        self._remember(event)
        added = self.level.highest - before.highest
        if self.listed.charge.prorated:
            units = prorated_in_advance(added, event.timestamp, period_days_of(self.job))
            self.prorated_units += units
            return Charged(event, added, rate(self.price.model, Usage(units=units, full_units=added, events_count=1)))
        return Charged(event, added, rate_in_advance(self.price.model, self.usage(), excluding))

    def _change(self, event: EventValue) -> Decimal | None:
        match self.listed.metric.aggregation_type:
            case AggregationType.COUNT:
                return Decimal(1)
            case AggregationType.UNIQUE_COUNT:
                return self._unique_change(event)
        return event.value

    def _unique_change(self, event: EventValue) -> Decimal | None:
        if event.text is None:
            return None
        change = unique_change(event.text in self.present, event.operation)
        if event.operation is Operation.REMOVE:
            self.present.discard(event.text)
        else:
            self.present.add(event.text)
        return Decimal(change)

    def _remember(self, event: EventValue) -> None:
        self.events_count += 1
        self.precise_total_amount_cents += event.precise_total_amount_cents
        if event.value is not None:
            self.values.append(event.value)

    def usage(self) -> Usage:
        """All that is billed so far."""
        counted = self.listed.metric.aggregation_type is not AggregationType.SUM
        by_value = needs_transactions(self.price.model) and not counted
        return Usage(
            units=self.prorated_units if self.listed.charge.prorated else self.level.highest,
            full_units=self.level.highest,
            events_count=self.events_count,
            transactions=tuple(self.values) if by_value else None,
            counted=counted,
            precise_total_amount_cents=self.precise_total_amount_cents,
            currency=self.job.subscription.plan.amount_currency,
        )


def charge_events(job: BillingJob, listed: PriceList, price: Price, events: Sequence[EventValue]) -> Iterator[Charged]:
    """The price of each event of the period. ``events``: of one price and group, in order, also earlier ones."""
    account, within = _opened(job, listed, price, events)
    for event in within:
        charged = account.charge(event)
        if charged is not None:
            yield charged


def units_in_advance(
    job: BillingJob, listed: PriceList, price: Price, events: Sequence[EventValue]
) -> tuple[Units, Usage]:
    """What is there now, and what has been billed for it: units that were taken away again stay paid (3-E3)."""
    account, within = _opened(job, listed, price, events)
    for event in within:
        account.charge(event)
    current = account.level.current
    return Units(current, current, current, account.events_count), account.usage()


def _opened(
    job: BillingJob, listed: PriceList, price: Price, events: Sequence[EventValue]
) -> tuple[Account, list[EventValue]]:
    start = charges_of(job).start
    account = Account(job, listed, price)
    account.carry([event for event in events if event.timestamp < start])
    return account, [event for event in events if event.timestamp >= start]
