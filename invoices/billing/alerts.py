"""Alerts on usage: compared with the value of the last time, told of once for each crossing (A4)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from billing_site.kernel.api.wire import decimal_string
from invoices.billing.lifetime import NOTHING, used_by_metric
from invoices.billing.look import Look
from invoices.models import LIFETIME_TYPES, Alert, AlertType, TriggeredAlert
from invoices.settlement import Crossing, Direction, Threshold, crossings

ZERO = Decimal(0)
Owner = tuple[UUID, str]


def trigger_alerts(looks: Sequence[Look], *, at: datetime) -> list[TriggeredAlert]:
    """Compare the alerts of all ``looks``, keep what they were compared with, and store what was passed."""
    alerts = _alerts_of(looks)
    watched = [(alert, look) for look in looks for alert in alerts.get(_owner(look), ())]
    return compare([(alert, value_of(alert, look), _previous(alert, look), look) for alert, look in watched], at=at)


def compare(watched: Sequence[tuple[Alert, Decimal, Decimal, Look | None]], *, at: datetime) -> list[TriggeredAlert]:
    """Of alerts with their present and previous values. Two statements."""
    triggered = []
    for alert, current, previous, look in watched:
        crossed = crossings(thresholds_of(alert), previous, current, Direction(alert.direction))
        if crossed:
            triggered.append(_triggered(alert, current, previous, crossed, at))
            triggered[-1].subscription = look.subscription if look else None
        alert.previous_value, alert.last_processed_at = current, at
    Alert.objects.bulk_update([alert for alert, *_ in watched], ["previous_value", "last_processed_at"])
    return TriggeredAlert.objects.bulk_create(triggered)


def thresholds_of(alert: Alert) -> list[Threshold]:
    return [Threshold(each.value, each.recurring, each.code) for each in alert.thresholds.all()]


def value_of(alert: Alert, look: Look) -> Decimal:
    match AlertType(alert.alert_type):
        case AlertType.CURRENT_USAGE_AMOUNT:
            return Decimal(look.statement.settlement.fees_amount_cents)
        case AlertType.LIFETIME_USAGE_AMOUNT:
            return Decimal(look.lifetime.total_cents)
    assert alert.billable_metric_id is not None, "an alert on a metric names it"
    if alert.alert_type == AlertType.METRIC_LIFETIME_USAGE_UNITS:
        return look.lifetime.units_of(alert.billable_metric_id)
    used = used_by_metric(look.statement.charges).get(alert.billable_metric_id, NOTHING)
    return used.units if alert.alert_type == AlertType.METRIC_CURRENT_USAGE_UNITS else Decimal(used.amount_cents)


def _previous(alert: Alert, look: Look) -> Decimal:
    """A new period begins with nothing, whatever was used in the one before."""
    if alert.alert_type in LIFETIME_TYPES or alert.last_processed_at is None:
        return alert.previous_value
    return alert.previous_value if alert.last_processed_at >= look.statement.period.start else ZERO


def _alerts_of(looks: Sequence[Look]) -> Mapping[Owner, list[Alert]]:
    found: dict[Owner, list[Alert]] = defaultdict(list)
    for alert in live_alerts({_owner(look) for look in looks}):
        found[alert.organization_id, alert.external_subscription_id].append(alert)
    return found


def live_alerts(owners: Collection[Owner]) -> list[Alert]:
    alerts = Alert.objects.filter(
        organization__in={organization_id for organization_id, _ in owners},
        external_subscription_id__in={external_id for _, external_id in owners},
        deleted_at=None,
    )
    loaded = alerts.select_related("billable_metric").prefetch_related("thresholds")
    return list(loaded.order_by("created_at", "id"))


def _owner(look: Look) -> Owner:
    return look.subscription.organization_id, look.subscription.external_id


def _triggered(
    alert: Alert, current: Decimal, previous: Decimal, crossed: Sequence[Crossing], at: datetime
) -> TriggeredAlert:
    return TriggeredAlert(
        organization_id=alert.organization_id,
        alert=alert,
        current_value=current,
        previous_value=previous,
        crossed_thresholds=[_shown(each) for each in crossed],
        triggered_at=at,
        created_at=at,
    )


def _shown(crossing: Crossing) -> dict[str, Any]:
    threshold = crossing.threshold
    return {
        "code": threshold.code or None,
        "value": decimal_string(crossing.value),
        "recurring": threshold.recurring,
    }
