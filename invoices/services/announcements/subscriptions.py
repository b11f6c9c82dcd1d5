"""Subscriptions."""

from collections.abc import Sequence
from datetime import datetime

from customers.webhooks import announce
from plans.models import Subscription
from plans.queries import for_wire
from plans.wire.subscription import subscriptions_wire


def tell_of_subscriptions(webhook_type: str, subscriptions: Sequence[Subscription], *, at: datetime) -> None:
    """``subscriptions`` are of one organization."""
    if subscriptions:
        ids = [subscription.id for subscription in subscriptions]
        announce(
            webhook_type,
            lambda: subscriptions_wire(for_wire(Subscription.objects.filter(id__in=ids)).order_by("id"), at=at),
            organization_id=subscriptions[0].organization_id,
            at=at,
        )
