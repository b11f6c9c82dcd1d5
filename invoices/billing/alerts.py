"""Alerts on usage: compared with the value of the last time, told of once for each crossing (A4)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from billing_site.kernel.api.wire import decimal_string
from billing_site.kernel.locks import locked
from customers.models import Organization
from invoices.billing.lifetime import NOTHING, used_by_metric
from invoices.billing.look import Look
from invoices.models import LIFETIME_TYPES, Alert, AlertType, TriggeredAlert, Wallet
from invoices.settlement import Crossing, Direction, Threshold, crossings
from plans.models import Subscription

ZERO = Decimal(0)
Owner = tuple[UUID, str]


def trigger_alerts(looks: Sequence[Look], *, at: datetime) -> list[TriggeredAlert]:
    """Compare the alerts of all ``looks``, keep what they were compared with, and store what was passed."""
    alerts = _alerts_of(looks)
    watched = [(alert, look) for look in looks for alert in alerts.get(_owner(look), ())]
    return _compare(
        [
            _Compared(alert, value_of(alert, look), _previous(alert, look), subscription=look.subscription)
            for alert, look in watched
        ],
        at=at,
    )


def trigger_wallet_alerts(organization: Organization, *, at: datetime) -> list[TriggeredAlert]:
    """The same of all alerts on wallets that have another balance than last time; they are locked."""
    own = Alert.objects.filter(organization=organization, wallet__isnull=False, deleted_at__isnull=True)
    loaded = own.select_related("wallet__customer").prefetch_related("thresholds")
    compared = [
        _Compared(alert, value, alert.previous_value, wallet=alert.wallet)
        for alert in locked(loaded)
        if alert.wallet is not None and (value := wallet_value(alert, alert.wallet)) != alert.previous_value
    ]
    return _compare(compared, at=at)


class _Compared(NamedTuple):
    """An alert with its present and previous values, and whose they are."""

    alert: Alert
    current: Decimal
    previous: Decimal
    subscription: Subscription | None = None
    wallet: Wallet | None = None


def _compare(watched: Sequence[_Compared], *, at: datetime) -> list[TriggeredAlert]:
    """Two statements."""
    triggered = []
    for each in watched:
        alert = each.alert
        crossed = crossings(thresholds_of(alert), each.previous, each.current, Direction(alert.direction))
        if crossed:
            triggered.append(_triggered(each, crossed, at))
        alert.previous_value, alert.last_processed_at = each.current, at
    Alert.objects.bulk_update([each.alert for each in watched], ["previous_value", "last_processed_at"])
    return TriggeredAlert.objects.bulk_create(triggered)


def wallet_value(alert: Alert, wallet: Wallet) -> Decimal:
    """Cents of the wallet's currency, or credits."""
    match AlertType(alert.alert_type):
        case AlertType.WALLET_BALANCE_AMOUNT:
            return Decimal(wallet.balance_cents)
        case AlertType.WALLET_CREDITS_BALANCE:
            return wallet.credits(wallet.balance_cents)
        case AlertType.WALLET_ONGOING_BALANCE_AMOUNT:
            return Decimal(wallet.ongoing_balance_cents)
    return wallet.credits(wallet.ongoing_balance_cents)


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
        wallet__isnull=True,
        deleted_at=None,
    )
    loaded = alerts.select_related("billable_metric").prefetch_related("thresholds")
    return list(loaded.order_by("created_at", "id"))


def _owner(look: Look) -> Owner:
    return look.subscription.organization_id, look.subscription.external_id


def _triggered(compared: _Compared, crossed: Sequence[Crossing], at: datetime) -> TriggeredAlert:
    return TriggeredAlert(
        organization_id=compared.alert.organization_id,
        alert=compared.alert,
        subscription=compared.subscription,
        wallet=compared.wallet,
        current_value=compared.current,
        previous_value=compared.previous,
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
