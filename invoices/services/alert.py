"""Commands on alerts."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.db import IntegrityError
from django.db.models import QuerySet

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotFound, ValidationFailed
from billing_site.kernel.locks import locked
from billing_site.kernel.refusals import violated_constraint
from customers.models import Organization
from invoices.billing.alerts import wallet_value
from invoices.models import METRIC_TYPES, WALLET_TYPES, Alert, AlertThreshold, AlertType, Wallet
from invoices.services.usage_activity import note_activity
from invoices.settlement import Direction
from plans.models import Subscription
from usage.models import BillableMetric

MOST_THRESHOLDS = 20


class ThresholdFields(TypedDict, total=False):
    code: str
    value: Decimal
    recurring: bool


class AlertFields(TypedDict, total=False):
    """``billable_metric_code`` belongs to the types that look at one metric, and only to them."""

    alert_type: str
    code: str
    name: str
    billable_metric_code: str
    thresholds: Sequence[ThresholdFields]


@command
def create_alert(*, owner: Subscription | Wallet, at: datetime, **fields: Unpack[AlertFields]) -> Alert:
    """Watch a subscription or a wallet, which is looked at soon. A wallet is compared with what it has now.

    Raises ``ValidationFailed`` for an unknown type, wrong thresholds, a code that is taken and a second alert of the
    same type and metric, and ``NotFound`` for an unknown metric.
    """
    check_type(owner, fields["alert_type"])
    check_thresholds(fields["thresholds"])
    alert = Alert(
        organization=owner.organization,
        alert_type=fields["alert_type"],
        code=fields["code"],
        name=fields.get("name", ""),
        billable_metric=_metric(owner.organization, fields),
        created_at=at,
    )
    _own(alert, owner)
    _save(alert)
    _set_thresholds(alert, fields["thresholds"])
    note_activity(subscriptions=subscriptions_of(alert))
    return alert


@command
def create_alerts(*, owner: Subscription | Wallet, alerts: Sequence[AlertFields], at: datetime) -> list[Alert]:
    """All of them or none (A5); a refusal is keyed by the index of its alert."""
    if not alerts:
        raise ValidationFailed(alerts=["value_is_mandatory"])
    created = []
    for position, fields in enumerate(alerts):
        try:
            created.append(create_alert(owner=owner, at=at, **fields))
        except ValidationFailed as refusal:
            raise ValidationFailed({str(position): refusal.details}) from refusal
    return created


@command
def update_alert(*, alert: Alert, at: datetime, **fields: Unpack[AlertFields]) -> Alert:
    """Change code, name, metric and thresholds, which are replaced; the type stays."""
    for current in locked(Alert.objects.filter(pk=alert.pk, deleted_at=None).select_related("organization")):
        current.code, current.name = fields.get("code", current.code), fields.get("name", current.name)
        if fields.get("billable_metric_code"):
            current.billable_metric = _metric(current.organization, {**fields, "alert_type": current.alert_type})
        current.updated_at = at
        _save(current)
        if "thresholds" in fields:
            check_thresholds(fields["thresholds"])
            current.thresholds.all().delete()
            _set_thresholds(current, fields["thresholds"])
        note_activity(subscriptions=subscriptions_of(current))
        return current
    raise NotFound("alert")


@command
def delete_alerts(*, alerts: Sequence[Alert], at: datetime) -> None:
    """What they have triggered stays known."""
    Alert.objects.filter(pk__in=[alert.pk for alert in alerts], deleted_at=None).update(deleted_at=at, updated_at=at)


def subscriptions_of(alert: Alert) -> QuerySet[Subscription]:
    """None of an alert on a wallet."""
    return Subscription.objects.filter(organization=alert.organization_id, external_id=alert.external_subscription_id)


def _own(alert: Alert, owner: Subscription | Wallet) -> None:
    if isinstance(owner, Subscription):
        alert.external_subscription_id = owner.external_id
        return
    alert.wallet, alert.direction = owner, Direction.DECREASING
    alert.previous_value = wallet_value(alert, owner)


def check_type(owner: Subscription | Wallet, alert_type: str) -> None:
    known = set(AlertType) - WALLET_TYPES if isinstance(owner, Subscription) else WALLET_TYPES
    if alert_type not in known:
        raise ValidationFailed(alert_type=["value_is_invalid"])


def check_thresholds(thresholds: Sequence[ThresholdFields]) -> None:
    """1 to 20, of which one may recur, by more than nothing; no value twice (A3)."""
    if not thresholds:
        raise ValidationFailed(thresholds=["value_is_mandatory"])
    if len(thresholds) > MOST_THRESHOLDS:
        raise ValidationFailed(thresholds=["too_many_thresholds"])
    values = Counter((each.get("recurring", False), each["value"]) for each in thresholds)
    recurring = [value for repeats, value in values.elements() if repeats]
    if max(values.values()) > 1 or len(recurring) > 1:
        raise ValidationFailed({"thresholds:value": ["duplicate_threshold_values"]})
    if any(value <= 0 for value in recurring):
        raise ValidationFailed({"thresholds:value": ["value_is_out_of_range"]})


def _metric(organization: Organization, fields: AlertFields) -> BillableMetric | None:
    if fields["alert_type"] not in METRIC_TYPES:
        return None
    metrics = BillableMetric.objects.filter(organization=organization, deleted_at=None)
    for metric in metrics.filter(code=fields.get("billable_metric_code", "")):
        return metric
    raise NotFound("billable_metric")


def _save(alert: Alert) -> None:
    try:
        alert.save()
    except IntegrityError as failure:
        refusals: dict[str | None, dict[str, Any]] = {
            "alert_code_unique_per_subscription": {"code": ["value_already_exist"]},
            "alert_once_per_subscription_and_type": {"base": ["alert_already_exists"]},
            "alert_code_unique_per_wallet": {"code": ["value_already_exist"]},
            "alert_once_per_wallet_and_type": {"base": ["alert_already_exists"]},
        }
        refusal = refusals.get(violated_constraint(failure))
        if refusal is None:
            raise
        raise ValidationFailed(refusal) from failure


def _set_thresholds(alert: Alert, thresholds: Sequence[ThresholdFields]) -> None:
    AlertThreshold.objects.bulk_create(AlertThreshold(alert=alert, **fields) for fields in thresholds)
