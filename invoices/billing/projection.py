"""Projected usage: the running period as it will end if it goes on as it has (U3, 3-H15)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from msgspec.structs import replace

from billing_site.kernel.money import EXACT, round_half_up, to_cents
from invoices.billing.drafts import BillingJob, FeeDraft
from invoices.billing.gather import Gathered, gather
from invoices.billing.metering import Metered, meter, reading_of
from invoices.billing.period_days import period_days_of
from invoices.billing.usage import UsageStatement, running_jobs, statement_of
from plans.models import Subscription
from plans.rating import ChargeModelName, projected_units, rate

ZERO = Decimal(0)


class Elapsed(NamedTuple):
    """Days of a period until today, which counts, and all of its days."""

    days: int
    period_days: int

    def units(self, units: Decimal) -> Decimal:
        return projected_units(units, elapsed_days=self.days, period_days=self.period_days)

    def scaled(self, amount: Decimal) -> Decimal:
        return EXACT.divide(amount * self.period_days, Decimal(self.days))


class Projected(NamedTuple):
    units: Decimal
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Projection:
    """Current usage, and by fee what it will come to."""

    statement: UsageStatement
    elapsed: Elapsed
    fees: Mapping[UUID, Projected]


def projected_usage(
    subscriptions: Sequence[Subscription], *, at: datetime, apply_taxes: bool = True
) -> list[Projection]:
    """Like ``current_usage``, with each fee's units extrapolated and priced once more."""
    jobs = running_jobs(subscriptions, at=at)
    gathered = gather(jobs, only_usage=True)
    return [_projection(job, gathered, at, apply_taxes=apply_taxes) for job in jobs]


def _projection(job: BillingJob, gathered: Gathered, at: datetime, *, apply_taxes: bool) -> Projection:
    statement = statement_of(job, gathered, apply_taxes=apply_taxes)
    days = period_days_of(job)
    elapsed = Elapsed(days.day_of(at) - days.first_day + 1, days.last_day - days.first_day + 1)
    projected: dict[UUID, Projected] = {}
    for usage in statement.charges:
        reading = reading_of(job, usage.listed)
        metered = meter(job, usage.listed, reading, gathered.measured) if reading else ()
        for each, fee in zip(metered, usage.fees, strict=True):
            projected[fee.id] = Projected(elapsed.units(fee.units), _amount_cents(each, fee, elapsed, job))
    return Projection(statement, elapsed, projected)


def _amount_cents(metered: Metered, fee: FeeDraft, elapsed: Elapsed, job: BillingJob) -> int:
    """Of projected units; where the price depends on single events, what they cost is extrapolated instead."""
    usage, model = metered.usage, metered.price.model
    if usage.transactions is not None or model.name is ChargeModelName.DYNAMIC:
        return int(round_half_up(elapsed.scaled(fee.precise_amount_cents)))
    coming = replace(
        usage,
        units=max(elapsed.units(usage.units), ZERO),
        full_units=None if usage.full_units is None else max(elapsed.units(usage.full_units), ZERO),
        events_count=int(round_half_up(elapsed.scaled(Decimal(usage.events_count)))),
        prorated_events=None,
    )
    return to_cents(rate(model, coming).amount, job.subscription.plan.amount_currency)
