"""Free trials: days without subscription fee at the beginning of an external id."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from billing_site.kernel.commands import command
from customers.models import Organization
from plans import signals
from plans.models import Subscription, SubscriptionStatus
from plans.periods import trial_end_at
from plans.queries import first_starts, trials_to_end
from plans.services.subscription.batches import batches, locked_subscriptions


def trial_ends(subscriptions: Sequence[Subscription]) -> dict[UUID, datetime]:
    """When the trials of those that start end, for those that have one left; at most one query.

    A trial counts from the first start ever under the external id, so a change of plan grants no other one (3-R1).
    """
    tried = [each for each in subscriptions if each.plan.trial_period]
    first = first_starts(tried) if tried else {}
    ends: dict[UUID, datetime] = {}
    for each in tried:
        assert each.started_at is not None, "it starts"
        earliest = min(first.get((each.customer_id, each.external_id), each.started_at), each.started_at)
        end = trial_end_at(earliest, each.plan.trial_period)
        if end > each.started_at:
            ends[each.pk] = end
    return ends


def end_due_trials(*, organization: Organization, at: datetime) -> int:
    """Note that the trials whose end is reached have ended, and announce it; how many.

    A transaction for each batch; doing it again finds nothing.
    """
    due = trials_to_end(organization, at).values_list("pk", flat=True)
    return sum(_end_batch(batch, at) for batch in batches(due))


@command
def _end_batch(ids: Sequence[UUID], at: datetime) -> int:
    active = locked_subscriptions(ids, SubscriptionStatus.ACTIVE)
    ended = [each for each in active if each.trial_ended_at is None]
    for each in ended:
        each.trial_ended_at = each.trial_end_at
        each.updated_at = at
    Subscription.objects.bulk_update(ended, ["trial_ended_at", "updated_at"])
    if ended:
        signals.trial_ended.send(Subscription, subscriptions=ended, at=at)
    return len(ended)
