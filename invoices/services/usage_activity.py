"""Which subscriptions are to be looked at again, because thresholds or alerts watch their usage."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from invoices.models import Alert, UsageActivity
from plans.models import Subscription, SubscriptionStatus
from plans.queries import with_progressive_billing
from usage.ingest import StoredFlush
from usage.models import UsageStream


def note_events(*, flushes: Sequence[StoredFlush]) -> None:
    """Have the subscriptions looked at whose events have just been stored, where anything watches them.

    A constant number of statements, however many organizations share the flush.
    """
    stream_ids = {row.stream_id for flush in flushes for row in flush.rows}
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
