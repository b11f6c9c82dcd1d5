"""Current usage: what the running period's usage would cost now, by the same rating as the invoice (3.17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.intervals import Interval
from invoices.billing.drafts import BillingJob, FeeDraft
from invoices.billing.gather import Gathered, gather
from invoices.billing.jobs import billing_terms
from invoices.billing.prices import PriceList
from invoices.billing.rate import usage_fees
from invoices.models import InvoicingReason
from invoices.settlement import Payable, Settlement, settle
from plans.models import Charge, Subscription
from plans.periods import Terms, current_period


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
    subscriptions: Sequence[Subscription], *, at: datetime, apply_taxes: bool = True
) -> list[UsageStatement]:
    """The usage of the periods that contain ``at``: only usage charges, no subscription fee, no minimum (U1).

    Wants ``plans.queries.with_terms``; a constant number of queries for any number of subscriptions.
    """
    terms = billing_terms(subscriptions)
    jobs = [_job(subscription, terms[subscription.id], at) for subscription in subscriptions]
    gathered = gather(jobs)
    return [_statement(job, gathered, apply_taxes=apply_taxes) for job in jobs]


def _job(subscription: Subscription, terms: Terms, at: datetime) -> BillingJob:
    return BillingJob(subscription, terms, current_period(terms, at), InvoicingReason.PERIODIC, at, is_running=True)


def _statement(job: BillingJob, gathered: Gathered, *, apply_taxes: bool) -> UsageStatement:
    fees = list(usage_fees(job, gathered))
    period = job.boundaries.charges
    assert period is not None, "a current period always has a range of usage"
    charges = (
        ChargeUsage(listed, tuple(fee for fee in fees if fee.charge_id == listed.charge.id))
        for listed in gathered.prices_of(job)
    )
    return UsageStatement(
        job.subscription,
        period,
        tuple(sorted(charges, key=lambda usage: usage.charge.billable_metric.name.lower())),
        settle([Payable(fee.amount_cents, fee.taxes if apply_taxes else ()) for fee in fees]),
    )
