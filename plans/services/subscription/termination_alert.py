"""Announces the end of subscriptions some time before it comes (S6)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from billing_site.kernel.commands import command
from customers.models import Organization
from plans import signals
from plans.models import Subscription, SubscriptionStatus
from plans.periods import termination_alert_at
from plans.queries import alerts_to_send
from plans.services.subscription.batches import batches, locked_subscriptions


def alert_of_terminations(*, organization: Organization, at: datetime) -> int:
    """Announce the ends whose alert is due at ``at``, each alert once; how many. A transaction for each batch."""
    due = list(alerts_to_send(organization, at).values_list("pk", flat=True))
    return sum(_alert_batch(batch, at) for batch in batches(due))


@command
def _alert_batch(ids: Sequence[UUID], at: datetime) -> int:
    active = locked_subscriptions(ids, SubscriptionStatus.ACTIVE)
    ending = [each for each in active if each.termination_alert_at and each.termination_alert_at <= at]
    for each in ending:
        each.termination_alert_at = termination_alert_at(each.ending_at, after=at)
    Subscription.objects.bulk_update(ending, ["termination_alert_at"])
    if ending:
        signals.termination_near.send(Subscription, subscriptions=ending, at=at)
    return len(ending)
