"""When the next periodic invoice of a subscription is due."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from billing_site.kernel.commands import command
from billing_site.kernel.copy import text_array
from billing_site.kernel.locks import locked
from customers.models import Customer
from plans.models import Subscription, SubscriptionStatus
from plans.periods import next_billing_at
from plans.queries import terms_of, with_terms

# Within half a week before a billing instant every zone is in the period that it ends, whatever the zone was before.
BACK_INTO_THE_PERIOD = timedelta(days=3)
BATCH = 1000


def schedule_next_billing(*, subscriptions: Sequence[Subscription]) -> None:
    """Move each one's ``next_billing_at``, which has just been billed, to its next billing day; one statement.

    A run that is late so catches up period by period. ``subscriptions`` come from ``queries.with_terms``.
    """
    instants: dict[UUID, datetime] = {}
    for subscription in subscriptions:
        assert subscription.next_billing_at is not None
        instants[subscription.pk] = next_billing_at(terms_of(subscription), subscription.next_billing_at)
    _store(instants)
    for subscription in subscriptions:
        subscription.next_billing_at = instants[subscription.pk]


@command
def reschedule_subscriptions(*, customers: QuerySet[Customer]) -> None:
    """After a change of time zone: the same periods begin at other instants. In batches, one transaction."""
    active = Subscription.objects.filter(customer__in=customers, status=SubscriptionStatus.ACTIVE)
    ids = list(active.values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        _reschedule(locked(with_terms(active.filter(pk__in=ids[start : start + BATCH]))))


def _reschedule(subscriptions: Sequence[Subscription]) -> None:
    instants: dict[UUID, datetime] = {}
    for subscription in subscriptions:
        assert subscription.next_billing_at is not None
        before = subscription.next_billing_at - BACK_INTO_THE_PERIOD
        instants[subscription.pk] = next_billing_at(terms_of(subscription), before)
    _store(instants)


def billed_next_at(subscription: Subscription, at: datetime) -> datetime | None:
    """``next_billing_at`` under a changed ``ending_at``: nothing is due on its day, but on that of the former (3-B10).

    What is overdue at ``at`` stays due.
    """
    if subscription.next_billing_at is None:
        return None
    return next_billing_at(terms_of(subscription), min(at, subscription.next_billing_at - BACK_INTO_THE_PERIOD))


def _store(instants: Mapping[UUID, datetime]) -> None:
    if not instants:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE plans_subscription AS subscription SET next_billing_at = due.next_billing_at
            FROM unnest(%s::uuid[], %s::timestamptz[]) AS due (id, next_billing_at)
            WHERE subscription.id = due.id
            """,
            [
                text_array(key.hex for key in instants),
                text_array(instant.isoformat() for instant in instants.values()),
            ],
        )
