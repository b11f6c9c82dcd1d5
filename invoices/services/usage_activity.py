"""Which subscriptions are to be looked at again, because thresholds or alerts watch their usage."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from invoices.models import Alert, UsageActivity
from plans.models import Subscription, SubscriptionStatus
from plans.queries import with_progressive_billing
from usage.ingest import StoredFlush
from usage.models import UsageStream

# Asked at every flush: the ORM takes longer to write it than the database to answer it.
_WATCHING = """SELECT asked.id FROM unnest(%s::uuid[]) AS asked (id)
    WHERE EXISTS (SELECT FROM invoices_alert a WHERE a.organization_id = asked.id AND a.deleted_at IS NULL)
        OR EXISTS (SELECT FROM plans_usagethreshold t LEFT JOIN plans_plan p ON p.id = t.plan_id
            LEFT JOIN plans_subscription s ON s.id = t.subscription_id
            WHERE asked.id IN (p.organization_id, s.organization_id) AND t.deleted_at IS NULL)"""


def note_events(*, flushes: Sequence[StoredFlush]) -> None:
    """Have the subscriptions looked at whose events have just been stored, where anything watches them.

    A constant number of statements, however many organizations share the flush.
    """
    watching = _watching({flush.organization_id for flush in flushes})
    stream_ids = {row.stream_id for flush in flushes if flush.organization_id in watching for row in flush.rows}
    if not stream_ids:
        return
    named = UsageStream.objects.filter(
        id__in=stream_ids, organization=OuterRef("organization"), external_subscription_id=OuterRef("external_id")
    )
    note_activity(subscriptions=Subscription.objects.filter(Exists(named)))


def note_activity(*, subscriptions: QuerySet[Subscription]) -> None:
    """Have the active ones of them looked at that anything watches. Two statements."""
    found = watched(subscriptions).values_list("organization_id", "id")
    UsageActivity.objects.bulk_create(
        UsageActivity(organization_id=organization_id, subscription_id=key) for organization_id, key in found
    )


def watched(subscriptions: QuerySet[Subscription]) -> QuerySet[Subscription]:
    """The active ones that have a usage threshold or an alert."""
    active = subscriptions.filter(status=SubscriptionStatus.ACTIVE)
    alerts = Alert.objects.filter(
        organization=OuterRef("organization"), external_subscription_id=OuterRef("external_id"), deleted_at=None
    )
    billed = with_progressive_billing(Subscription.objects.filter(pk=OuterRef("pk")))
    return active.filter(Q(Exists(alerts)) | Q(Exists(billed)))


def _watching(organization_ids: Collection[UUID]) -> set[UUID]:
    """The organizations that have any threshold or alert; the others' events cost no more than this question."""
    with connection.cursor() as cursor:
        cursor.execute(_WATCHING, [list(organization_ids)])
        return {organization_id for (organization_id,) in cursor.fetchall()}
