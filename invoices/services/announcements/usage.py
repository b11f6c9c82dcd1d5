"""Usage: thresholds that were reached, alerts that were triggered."""

from collections.abc import Sequence
from datetime import datetime

from customers.webhooks import announce
from invoices.models import AppliedUsageThreshold, TriggeredAlert
from invoices.wire.alert import triggered_alert_wire
from plans.models import Subscription, UsageThreshold
from plans.queries import for_wire
from plans.wire.subscription import subscription_wire
from plans.wire.usage_threshold import usage_threshold_wire


def tell_of_reached_thresholds(applied: Sequence[AppliedUsageThreshold], *, at: datetime) -> None:
    """One message for each threshold that was passed (3-Z7); all are of one organization."""
    if applied:
        announce(
            "subscription.usage_threshold_reached",
            lambda: _reached(applied, at),
            organization_id=applied[0].subscription.organization_id,
            at=at,
        )


def tell_of_triggered_alerts(triggered: Sequence[TriggeredAlert], *, at: datetime) -> None:
    if triggered:
        announce(
            "alert.triggered",
            lambda: map(triggered_alert_wire, triggered),
            organization_id=triggered[0].organization_id,
            at=at,
        )


def _reached(applied: Sequence[AppliedUsageThreshold], at: datetime) -> list[dict[str, object]]:
    ids = {each.subscription_id for each in applied}
    shown = {each.id: each for each in for_wire(Subscription.objects.filter(id__in=ids))}
    thresholds = UsageThreshold.objects.in_bulk({each.usage_threshold_id for each in applied})
    return [
        {
            **subscription_wire(shown[each.subscription_id], at=at),
            "usage_threshold": usage_threshold_wire(thresholds[each.usage_threshold_id]),
        }
        for each in applied
    ]
