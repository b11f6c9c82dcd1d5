"""What subscriptions owe when they start."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from plans.models import Charge, FixedCharge, Subscription
from plans.periods import local_date


def paying_ahead(subscriptions: Collection[Subscription]) -> set[UUID]:
    """Those that owe something when they start."""
    paying = Subscription.objects.filter(pays_ahead(), id__in=[each.id for each in subscriptions])
    return set(paying.values_list("id", flat=True))


def renewing(subscriptions: Collection[Subscription]) -> set[UUID]:
    """Those whose plan bills what is carried over ahead of each period (3-D8)."""
    carried = Charge.objects.filter(pay_in_advance=True, deleted_at__isnull=True, billable_metric__recurring=True)
    plans = set(carried.filter(plan__in={each.plan_id for each in subscriptions}).values_list("plan_id", flat=True))
    return {each.id for each in subscriptions if each.plan_id in plans}


def pays_ahead() -> Q:
    """A trial leaves nothing to pay at the start but fixed charges (3-R5)."""
    ahead = FixedCharge.objects.filter(plan_id=OuterRef("plan_id"), pay_in_advance=True, deleted_at__isnull=True)
    return Q(plan__pay_in_advance=True, trial_end_at__isnull=True) | Q(Exists(ahead))


def is_backdated(subscription: Subscription) -> bool:
    """Agreed on a later day than it started on: its start is not billed (3-S17)."""
    assert subscription.started_at is not None, "a started subscription has a start"
    timezone = subscription.customer.applicable_timezone
    return local_date(subscription.started_at, timezone) < local_date(subscription.created_at, timezone)
