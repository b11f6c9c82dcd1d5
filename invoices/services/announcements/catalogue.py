"""Metrics, plans and features."""

from datetime import datetime

from customers.webhooks import announce
from plans.models import Feature, Plan
from plans.queries import feature_by_code, reloaded_plan
from plans.wire.feature import feature_wire
from plans.wire.plan import plan_wire
from usage.models import BillableMetric
from usage.wire.billable_metric import billable_metric_wire


def tell_of_metric(webhook_type: str, metric: BillableMetric, *, at: datetime) -> None:
    announce(webhook_type, lambda: [billable_metric_wire(metric)], organization_id=metric.organization_id, at=at)


def tell_of_plan(webhook_type: str, plan: Plan, *, at: datetime) -> None:
    """Overrides of single subscriptions are nobody else's business (P8)."""
    if plan.parent_id is None:
        announce(webhook_type, lambda: [plan_wire(reloaded_plan(plan))], organization_id=plan.organization_id, at=at)


def tell_of_feature(webhook_type: str, feature: Feature, *, at: datetime) -> None:
    announce(
        webhook_type,
        lambda: [feature_wire(feature_by_code(feature.organization, feature.code))],
        organization_id=feature.organization_id,
        at=at,
    )
