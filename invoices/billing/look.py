"""A look at subscriptions whose usage is watched: what they have used, and what thresholds they passed by that."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection

from invoices.billing.drafts import BillingJob
from invoices.billing.gather import gather
from invoices.billing.lifetime import LifetimeUsage, lifetime_usages
from invoices.billing.period_days import charges_of
from invoices.billing.progress import as_values
from invoices.billing.usage import UsageStatement, running_jobs, statement_of
from invoices.models import AppliedUsageThreshold, InvoicingReason
from invoices.settlement import Crossing, crossings
from plans.models import Subscription
from plans.queries import applicable_thresholds

# Only the last one counts: it bills all of the period up to then (3-Z4).
_BILLED = """
    SELECT wanted.subscription_id, last.fees_amount_cents
    FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[]) AS wanted (subscription_id, starts_at, ends_at)
    CROSS JOIN LATERAL (
        SELECT invoice.fees_amount_cents
        FROM invoices_invoicesubscription AS period JOIN invoices_invoice AS invoice ON invoice.id = period.invoice_id
        WHERE period.subscription_id = wanted.subscription_id AND period.invoicing_reason = 'progressive_billing'
            AND period.billed_at >= wanted.starts_at AND period.billed_at < wanted.ends_at
            AND invoice.status = 'finalized'
        ORDER BY period.billed_at DESC, period.id DESC LIMIT 1
    ) AS last
"""


@dataclass(frozen=True, slots=True)
class Look:
    """One subscription as it stands: ``billed_cents`` is what progressive invoices billed of its running period."""

    job: BillingJob
    statement: UsageStatement
    lifetime: LifetimeUsage
    billed_cents: int
    applied_cents: frozenset[int]
    usage_epoch: int

    @property
    def subscription(self) -> Subscription:
        return self.job.subscription

    def passed(self) -> list[Crossing]:
        """The thresholds between what is invoiced and what is used, each once in a subscription's life (3-Z2)."""
        thresholds = as_values(applicable_thresholds(self.subscription))
        invoiced = self.lifetime.historical_cents + self.lifetime.invoiced_cents + self.billed_cents
        found = crossings(thresholds, Decimal(invoiced), Decimal(self.lifetime.total_cents))
        return [each for each in found if int(each.value) not in self.applied_cents]


def look_at(subscriptions: Sequence[Subscription], *, at: datetime) -> list[Look]:
    """The running periods at ``at``; wants ``with_terms`` and ``with_applicable_thresholds``.

    A constant number of queries. What has arrived since the last roll is not seen, as on an invoice.
    """
    jobs = [_progressive(job) for job in running_jobs(subscriptions, at=at)]
    gathered = gather(jobs, only_usage=True)
    statements = [statement_of(job, gathered, apply_taxes=True) for job in jobs]
    lifetimes = lifetime_usages(subscriptions, statements)
    billed, applied = _billed(jobs), _applied([each.id for each in subscriptions])
    return [
        Look(
            job=job,
            statement=statement,
            lifetime=lifetime,
            billed_cents=billed.get(job.subscription.id, 0),
            applied_cents=frozenset(applied.get(job.subscription.id, ())),
            usage_epoch=gathered.usage_epoch,
        )
        for job, statement, lifetime in zip(jobs, statements, lifetimes, strict=True)
    ]


def _progressive(job: BillingJob) -> BillingJob:
    # Who takes over is billed from the tick after: in the instant of the change the range is still to come.
    billed_at = max(job.billed_at, charges_of(job).start)
    return replace(job, reason=InvoicingReason.PROGRESSIVE_BILLING, billed_at=billed_at)


def _billed(jobs: Sequence[BillingJob]) -> Mapping[UUID, int]:
    columns = zip(*((job.subscription.id, charges_of(job).start, charges_of(job).end) for job in jobs), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_BILLED, [*map(list, columns)])
        return dict(cursor.fetchall())


def _applied(subscription_ids: Collection[UUID]) -> Mapping[UUID, list[int]]:
    found: dict[UUID, list[int]] = defaultdict(list)
    applied = AppliedUsageThreshold.objects.filter(subscription_id__in=subscription_ids)
    for subscription_id, cents in applied.values_list("subscription_id", "amount_cents"):
        found[subscription_id].append(cents)
    return found
