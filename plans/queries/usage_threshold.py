"""Usage thresholds, and which of them hold for a subscription."""

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from plans.models import Subscription, UsageThreshold


def live_thresholds() -> QuerySet[UsageThreshold]:
    """The fixed ones by amount, then the recurring one."""
    return UsageThreshold.objects.filter(deleted_at__isnull=True)


def with_thresholds(lookup: str = "usage_thresholds") -> Prefetch:
    return Prefetch(lookup, live_thresholds())


def applicable_thresholds(subscription: Subscription) -> list[UsageThreshold]:
    """Its own, or else its plan's, or else those of the plan that this is a copy of (S15, P8); none where disabled.

    Wants ``queries.for_wire`` or ``with_applicable_thresholds``.
    """
    if subscription.progressive_billing_disabled:
        return []
    plan = subscription.plan
    inherited = plan.parent.usage_thresholds.all() if plan.parent is not None else ()
    owners = (subscription.usage_thresholds.all(), plan.usage_thresholds.all(), inherited)
    return next((list(own) for own in owners if own), [])


def with_applicable_thresholds(subscriptions: QuerySet[Subscription]) -> QuerySet[Subscription]:
    """Everything that ``applicable_thresholds`` reads, in three more queries."""
    loaded = subscriptions.select_related("plan__parent")
    owners = ("usage_thresholds", "plan__usage_thresholds", "plan__parent__usage_thresholds")
    return loaded.prefetch_related(*map(with_thresholds, owners))


def with_progressive_billing(subscriptions: QuerySet[Subscription]) -> QuerySet[Subscription]:
    """Those of ``subscriptions`` for which any threshold holds."""
    own = Q(subscription=OuterRef("pk"))
    of_plan = Q(plan=OuterRef("plan")) | Q(plan=OuterRef("plan__parent"))
    return subscriptions.filter(Exists(live_thresholds().filter(own | of_plan)), progressive_billing_disabled=False)
