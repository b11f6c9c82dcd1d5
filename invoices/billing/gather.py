"""Load everything that a batch of jobs needs, in a number of queries that does not grow with the batch."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from invoices.billing.drafts import BillingJob
from invoices.billing.taxes import TaxBook, load_taxes
from plans.models import Charge
from usage.queries import CodeUsage, UsageRequest, current_epoch, gather_usage


@dataclass(frozen=True, slots=True)
class Gathered:
    """What rating reads: charges by plan, taxes, and the usage of each request as it stood at ``usage_epoch``."""

    charges: Mapping[UUID, tuple[Charge, ...]]
    taxes: TaxBook
    usage: Mapping[UsageRequest, CodeUsage]
    usage_epoch: int

    def charges_of(self, job: BillingJob) -> tuple[Charge, ...]:
        return self.charges.get(job.subscription.plan_id, ())


def gather(jobs: Sequence[BillingJob]) -> Gathered:
    """Jobs carry their subscription with ``plan``, ``customer`` and the customer's ``billing_entity`` loaded."""
    plans = {job.subscription.plan_id: job.subscription.plan for job in jobs}
    customers = {job.subscription.customer_id: job.subscription.customer for job in jobs}
    charges = charges_by_plan(plans)
    # The epoch is read before the usage: what is rolled in between is read, and merely counts as late.
    epoch = current_epoch()
    requests = {usage_request(job, charge) for job in jobs for charge in charges.get(job.subscription.plan_id, ())}
    requests.discard(None)
    return Gathered(
        charges=charges,
        taxes=load_taxes((charge for some in charges.values() for charge in some), plans.values(), customers.values()),
        usage=gather_usage([request for request in requests if request is not None]),
        usage_epoch=epoch,
    )


def charges_by_plan(plan_ids: Iterable[UUID]) -> dict[UUID, tuple[Charge, ...]]:
    charges = (
        Charge.objects.filter(plan_id__in=list(plan_ids), deleted_at__isnull=True)
        .select_related("billable_metric")
        .order_by("created_at", "id")
    )
    found: dict[UUID, list[Charge]] = defaultdict(list)
    for charge in charges:
        found[charge.plan_id].append(charge)
    return {plan_id: tuple(of_plan) for plan_id, of_plan in found.items()}


def usage_request(job: BillingJob, charge: Charge) -> UsageRequest | None:
    """The usage that a job reads for a charge; none where its usage is not billed this time."""
    interval = job.boundaries.charges
    if interval is None or interval.is_empty:
        return None
    return UsageRequest(
        organization_id=job.subscription.organization_id,
        external_subscription_id=job.subscription.external_id,
        code=charge.billable_metric.code,
        interval=interval,
    )
