"""What a change of plan leaves to the next plan to bill."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from invoices.billing.drafts import BillingJob
from invoices.billing.period_days import charges_of
from plans.models import Charge
from plans.queries import Succession, live_charges, successions_of


@dataclass(frozen=True, slots=True)
class Successions:
    """The changes of plan that ended subscriptions of a batch, and what the next plans measure."""

    by_subscription: Mapping[UUID, Succession]
    metrics: Mapping[UUID, frozenset[UUID]]

    def ended_at(self, job: BillingJob) -> datetime | None:
        """When another plan followed: that day belongs to it (3-S7)."""
        if not self.by_subscription:
            return None
        succession = self.by_subscription.get(job.subscription.id)
        return succession.ended_at if succession else None

    def leaves_to_the_next_plan(self, job: BillingJob, charge: Charge) -> bool:
        """Whether the next plan bills the whole period of what is carried over (3-D10).

        That is where the change came within the period, and the next plan measures the same.
        """
        if not self.by_subscription:
            return False
        succession = self.by_subscription.get(job.subscription.id)
        if succession is None or job.boundaries.charges is None or succession.ended_at not in charges_of(job):
            return False
        is_carried = charge.billable_metric.recurring and not charge.prorated and not charge.pay_in_advance
        return is_carried and charge.billable_metric_id in self.metrics.get(succession.next_plan_id, ())


def load_successions(jobs: Sequence[BillingJob]) -> Successions:
    """Two statements for any number of jobs, none where no subscription has ended."""
    ended = [job.subscription for job in jobs if job.subscription.terminated_at is not None]
    successions = successions_of(ended) if ended else {}
    return Successions(successions, _metrics({each.next_plan_id for each in successions.values()}))


def _metrics(plan_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    if plan_ids:
        for plan_id, metric_id in live_charges().filter(plan__in=plan_ids).values_list("plan_id", "billable_metric_id"):
            found[plan_id].add(metric_id)
    return {plan_id: frozenset(metrics) for plan_id, metrics in found.items()}
