"""The minimum commitment of a plan: what a period's fees lack to it, on the invoice that closes the period (3.9)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from billing_site.kernel.intervals import Interval
from billing_site.kernel.money import to_units
from invoices.billing.drafts import BillingJob, FeeDraft
from invoices.billing.taxes import TaxBook
from invoices.models import FeeType, InvoicingReason
from plans.models import MinimumCommitment
from plans.periods import DayShare, commitment_days
from plans.rating import commitment_true_up_cents

_CLOSING = frozenset({InvoicingReason.PERIODIC, InvoicingReason.TERMINATING})

# Fees count for the period in which their own range starts, whichever invoice they are on; progressive invoices only
# bill earlier what the period's own invoice has again (3-Z3). Of a past instant the fees that were there then.
_BILLED = """
    SELECT wanted.subscription_id, wanted.starts_at, coalesce(sum(fee.amount_cents), 0)
    FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[]) AS wanted (subscription_id, starts_at, ends_at)
    JOIN invoices_fee AS fee ON fee.subscription_id = wanted.subscription_id
        AND fee.from_datetime >= wanted.starts_at AND fee.from_datetime < wanted.ends_at
        AND fee.fee_type <> 'commitment' AND fee.created_at <= coalesce(%s::timestamptz, 'infinity')
    LEFT JOIN invoices_invoice AS invoice ON invoice.id = fee.invoice_id
    WHERE (fee.invoice_id IS NULL OR ((invoice.status NOT IN ('voided', 'deleted') OR invoice.voided_at > %s)
            AND invoice.invoice_type <> 'progressive_billing'))
        AND NOT coalesce(fee.invoice_id = ANY(%s::uuid[]), false)
    GROUP BY wanted.subscription_id, wanted.starts_at
"""


class _Period(NamedTuple):
    subscription_id: UUID
    interval: Interval


class Settled(NamedTuple):
    """A period that closes: the commitment, the days that it counts for, and what else was billed for the period."""

    commitment: MinimumCommitment
    interval: Interval
    share: DayShare
    billed_cents: int


@dataclass(frozen=True, slots=True)
class Commitments:
    """The commitments of a batch by plan, and what other invoices billed in the periods that close now."""

    by_plan: Mapping[UUID, MinimumCommitment]
    billed_cents: Mapping[_Period, int]

    def fee(
        self, job: BillingJob, fees: Sequence[FeeDraft], taxes: TaxBook, *, upgraded_at: datetime | None = None
    ) -> FeeDraft | None:
        """The true-up over the fees of the period, before coupons and taxes (3-Q1, 3-Q2); None where nothing lacks."""
        settled = self.settled(job, upgraded_at=upgraded_at)
        if settled is None:
            return None
        here = sum(fee.amount_cents for fee in fees if fee.interval and fee.interval.start in settled.interval)
        lacking_cents = commitment_true_up_cents(
            settled.commitment.amount_cents,
            here + settled.billed_cents,
            billed_days=settled.share.days,
            period_days=settled.share.period_days,
        )
        return _fee(job, settled.commitment, settled.interval, lacking_cents, taxes) if lacking_cents else None

    def settled(self, job: BillingJob, *, upgraded_at: datetime | None = None) -> Settled | None:
        """None where the plan has no commitment or no period closes with this invoice."""
        commitment = self.by_plan.get(job.subscription.plan_id)
        if commitment is None or (period := _closed(job)) is None:
            return None
        share = commitment_days(job.terms, job.boundaries, upgraded_at=upgraded_at)
        if share is None:
            return None
        return Settled(commitment, period.interval, share, self.billed_cents.get(period, 0))


NO_COMMITMENTS = Commitments({}, {})


def load_commitments(
    jobs: Sequence[BillingJob], *, remade: Collection[UUID] = (), as_of: datetime | None = None
) -> Commitments:
    """``remade`` are the invoices that are computed again: what they billed so far does not count.

    ``as_of``: as it stood then, where a fee is explained.
    """
    commitments = MinimumCommitment.objects.filter(plan_id__in={job.subscription.plan_id for job in jobs})
    by_plan = {commitment.plan_id: commitment for commitment in commitments}
    periods = [period for job in jobs if job.subscription.plan_id in by_plan and (period := _closed(job)) is not None]
    return Commitments(by_plan, _billed(periods, remade, as_of) if periods else {})


def _closed(job: BillingJob) -> _Period | None:
    """The period that ends with this invoice; the first one of an advance plan ends none (3-Q3)."""
    closed = job.boundaries.commitment
    if job.reason not in _CLOSING or job.is_running or closed is None or closed.is_empty:
        return None
    return _Period(job.subscription.id, closed)


def _billed(periods: Iterable[_Period], remade: Collection[UUID], as_of: datetime | None) -> dict[_Period, int]:
    wanted = {(period.subscription_id, period.interval.start): period for period in periods}
    columns = zip(*((key, each.start, each.end) for key, each in wanted.values()), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_BILLED, [*map(list, columns), as_of, as_of, list(remade)])
        return {wanted[subscription_id, start]: int(cents) for subscription_id, start, cents in cursor.fetchall()}


def _fee(
    job: BillingJob, commitment: MinimumCommitment, interval: Interval, amount_cents: int, taxes: TaxBook
) -> FeeDraft:
    subscription, plan = job.subscription, job.subscription.plan
    return FeeDraft(
        fee_type=FeeType.COMMITMENT,
        item_id=commitment.id,
        item_code=plan.code,
        item_name=str(commitment),
        invoice_display_name=commitment.invoice_display_name,
        subscription_id=subscription.id,
        interval=interval,
        units=Decimal(1),
        total_aggregated_units=Decimal(1),
        amount_cents=amount_cents,
        precise_amount_cents=Decimal(amount_cents),
        precise_unit_amount=to_units(amount_cents, plan.amount_currency),
        taxes=taxes.of_commitment(commitment, subscription),
    )
