"""Which subscriptions are to be looked at again, because thresholds or alerts watch their usage."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from customers.models import Organization
from invoices.models import Alert, UsageActivity
from plans.models import Subscription, SubscriptionStatus, UsageThreshold
from plans.queries import with_progressive_billing
from usage.ingest import StoredFlush
from usage.models import UsageStream


def note_events(*, flushes: Sequence[StoredFlush]) -> None:
    """Have the subscriptions looked at whose events have just been stored, where anything watches them."""
    watching = _watching({flush.organization_id for flush in flushes})
    for flush in flushes:
        if flush.organization_id in watching:
            streams = UsageStream.objects.filter(id__in={row.stream_id for row in flush.rows})
            note_activity(
                subscriptions=Subscription.objects.filter(
                    organization_id=flush.organization_id,
                    external_id__in=list(streams.values_list("external_subscription_id", flat=True)),
                )
            )


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
    thresholds = UsageThreshold.objects.filter(deleted_at=None)
    of_plans = thresholds.filter(plan__organization=OuterRef("pk"))
    of_subscriptions = thresholds.filter(subscription__organization=OuterRef("pk"))
    alerts = Alert.objects.filter(organization=OuterRef("pk"), deleted_at=None)
    any_of = Q(Exists(of_plans)) | Q(Exists(of_subscriptions)) | Q(Exists(alerts))
    return set(Organization.objects.filter(any_of, id__in=organization_ids).values_list("id", flat=True))
