"""Alerts on the wire, and what triggered them."""

from collections.abc import Iterable
from typing import Any, TypedDict

from billing_site.kernel.api.wire import decimal_string, instant, text
from invoices.models import Alert, AlertThreshold, TriggeredAlert
from usage.wire.billable_metric import BillableMetricWire, billable_metric_wire


class AlertThresholdWire(TypedDict):
    code: str | None
    value: str | None
    recurring: bool


class AlertWire(TypedDict):
    lago_id: str
    lago_organization_id: str
    external_subscription_id: str | None
    lago_wallet_id: str | None
    wallet_code: str | None
    alert_type: str
    code: str
    name: str | None
    direction: str
    previous_value: str | None
    last_processed_at: str | None
    thresholds: list[AlertThresholdWire]
    created_at: str | None
    billable_metric: BillableMetricWire | None


class TriggeredAlertWire(TypedDict):
    lago_id: str
    lago_organization_id: str
    lago_alert_id: str
    lago_subscription_id: str | None
    external_subscription_id: str | None
    lago_wallet_id: str | None
    wallet_code: str | None
    external_customer_id: str | None
    billable_metric_code: str | None
    alert_name: str | None
    alert_code: str
    alert_type: str
    current_value: str | None
    previous_value: str | None
    crossed_thresholds: list[dict[str, Any]]
    triggered_at: str | None


def alert_wire(alert: Alert) -> AlertWire:
    """Wants ``queries.alerts_for_wire``."""
    metric, wallet = alert.billable_metric, alert.wallet
    return {
        "lago_id": str(alert.id),
        "lago_organization_id": str(alert.organization_id),
        "external_subscription_id": text(alert.external_subscription_id),
        "lago_wallet_id": str(wallet.id) if wallet else None,
        "wallet_code": wallet.code if wallet else None,
        "alert_type": alert.alert_type,
        "code": alert.code,
        "name": text(alert.name),
        "direction": alert.direction,
        "previous_value": decimal_string(alert.previous_value),
        "last_processed_at": instant(alert.last_processed_at),
        "thresholds": [_threshold(each) for each in alert.thresholds.all()],
        "created_at": instant(alert.created_at),
        "billable_metric": billable_metric_wire(metric) if metric is not None else None,
    }


def alerts_wire(alerts: Iterable[Alert]) -> list[AlertWire]:
    return [alert_wire(alert) for alert in alerts]


def _threshold(threshold: AlertThreshold) -> AlertThresholdWire:
    return {
        "code": text(threshold.code),
        "value": decimal_string(threshold.value),
        "recurring": threshold.recurring,
    }


def triggered_alert_wire(triggered: TriggeredAlert) -> TriggeredAlertWire:
    alert, subscription, wallet = triggered.alert, triggered.subscription, triggered.wallet
    metric, owner = alert.billable_metric, subscription or wallet
    return {
        "lago_id": str(triggered.id),
        "lago_organization_id": str(triggered.organization_id),
        "lago_alert_id": str(alert.id),
        "lago_subscription_id": str(subscription.id) if subscription else None,
        "external_subscription_id": subscription.external_id if subscription else None,
        "lago_wallet_id": str(wallet.id) if wallet else None,
        "wallet_code": wallet.code if wallet else None,
        "external_customer_id": owner.customer.external_id if owner else None,
        "billable_metric_code": metric.code if metric else None,
        "alert_name": text(alert.name),
        "alert_code": alert.code,
        "alert_type": alert.alert_type,
        "current_value": decimal_string(triggered.current_value),
        "previous_value": decimal_string(triggered.previous_value),
        "crossed_thresholds": triggered.crossed_thresholds,
        "triggered_at": instant(triggered.triggered_at),
    }
