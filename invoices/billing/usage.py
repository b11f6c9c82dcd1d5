"""Current usage: what the running period's usage would cost now, by the same rating as the invoice (3.17)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec

from billing_site.kernel.intervals import Interval
from invoices.billing.drafts import BillingJob, FeeDraft
from invoices.billing.gather import Gathered, gather
from invoices.billing.jobs import billing_terms
from invoices.billing.prices import PriceList
from invoices.billing.rate import charge_fees
from invoices.models import InvoicingReason
from invoices.settlement import Payable, Settlement, settle
from plans.models import Charge, Subscription
from plans.periods import Terms, current_period


@dataclass(frozen=True, slots=True)
class UsageFilter:
    """Which usage to show (U2); empty: all. ``presentation`` are values of which a breakdown must have one.

    ``full_usage``: everything since the subscription started, not only what the running period has.
    """

    charge_id: str = ""
    charge_code: str = ""
    billable_metric_code: str = ""
    group: Mapping[str, str] = field(default_factory=dict)
    presentation: tuple[str, ...] | None = None
    full_usage: bool = False

    def takes(self, charge: Charge) -> bool:
        wanted = (self.charge_id, self.charge_code, self.billable_metric_code)
        actual = (str(charge.id), charge.code, charge.billable_metric.code)
        return all(not asked or asked == own for asked, own in zip(wanted, actual, strict=True))

    def shown(self, fee: FeeDraft) -> FeeDraft | None:
        if not self.group.items() <= fee.grouped_by.items():
            return None
        if self.presentation is None:
            return fee
        chosen = set(self.presentation)
        kept = [each for each in fee.presentation_breakdowns if chosen & set(each["presentation_by"].values())]
        return msgspec.structs.replace(fee, presentation_breakdowns=kept)


EVERYTHING = UsageFilter()


@dataclass(frozen=True, slots=True)
class ChargeUsage:
    """The fees of one charge: one for each of its prices and each group of the pricing keys."""

    listed: PriceList
    fees: tuple[FeeDraft, ...]

    @property
    def charge(self) -> Charge:
        return self.listed.charge


@dataclass(frozen=True, slots=True)
class UsageStatement:
    """The usage of one subscription in ``period`` (half-open), by charge, with the taxes it would bear."""

    subscription: Subscription
    period: Interval
    charges: tuple[ChargeUsage, ...]
    settlement: Settlement


def current_usage(
    subscriptions: Sequence[Subscription],
    *,
    at: datetime,
    apply_taxes: bool = True,
    wanted: UsageFilter = EVERYTHING,
) -> list[UsageStatement]:
    """The usage of the periods that contain ``at``: only usage charges, no subscription fee, no minimum (U1).

    Wants ``plans.queries.with_terms``; a constant number of queries for any number of subscriptions.
    """
    jobs = running_jobs(subscriptions, at=at)
    if wanted.full_usage:
        jobs = [_since_its_start(job) for job in jobs]
    gathered = gather(jobs, only_usage=True)
    return [statement_of(job, gathered, apply_taxes=apply_taxes, wanted=wanted) for job in jobs]


def running_jobs(subscriptions: Sequence[Subscription], *, at: datetime) -> list[BillingJob]:
    terms = billing_terms(subscriptions)
    return [_job(subscription, terms[subscription.id], at) for subscription in subscriptions]


def _job(subscription: Subscription, terms: Terms, at: datetime) -> BillingJob:
    return BillingJob(subscription, terms, current_period(terms, at), InvoicingReason.PERIODIC, at, is_running=True)


def _since_its_start(job: BillingJob) -> BillingJob:
    first, running = current_period(job.terms, job.terms.started_at).charges, job.boundaries.charges
    assert first is not None and running is not None, "a current period always has a range of usage"
    return replace(job, boundaries=msgspec.structs.replace(job.boundaries, charges=Interval(first.start, running.end)))


def statement_of(
    job: BillingJob, gathered: Gathered, *, apply_taxes: bool, wanted: UsageFilter = EVERYTHING
) -> UsageStatement:
    period = job.boundaries.charges
    assert period is not None, "a current period always has a range of usage"
    charges = [
        ChargeUsage(listed, tuple(filter(None, map(wanted.shown, charge_fees(job, listed, gathered)))))
        for listed in gathered.prices_of(job)
        if wanted.takes(listed.charge)
    ]
    fees = [fee for usage in charges for fee in usage.fees]
    return UsageStatement(
        job.subscription,
        period,
        tuple(sorted(charges, key=lambda usage: usage.charge.billable_metric.name.lower())),
        settle([Payable(fee.amount_cents, fee.taxes if apply_taxes else ()) for fee in fees]),
    )
