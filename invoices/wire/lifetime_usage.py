"""Lifetime usage on the wire."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypedDict

from billing_site.kernel.api.wire import instant
from invoices.billing.lifetime import LifetimeUsage
from invoices.settlement import Completion


class ThresholdCompletionWire(TypedDict):
    amount_cents: int
    completion_ratio: float
    reached_at: str | None


class LifetimeUsageWire(TypedDict):
    lago_id: str
    lago_subscription_id: str
    external_subscription_id: str
    external_historical_usage_amount_cents: int
    invoiced_usage_amount_cents: int
    current_usage_amount_cents: int
    from_datetime: str | None
    to_datetime: str | None
    usage_thresholds: list[ThresholdCompletionWire]


def lifetime_usage_wire(
    usage: LifetimeUsage, completed: list[Completion], reached_at: Mapping[Decimal, datetime], *, at: datetime
) -> LifetimeUsageWire:
    """A subscription has one lifetime usage, so that has its id."""
    subscription = usage.subscription
    return {
        "lago_id": str(subscription.id),
        "lago_subscription_id": str(subscription.id),
        "external_subscription_id": subscription.external_id,
        "external_historical_usage_amount_cents": usage.historical_cents,
        "invoiced_usage_amount_cents": usage.invoiced_cents,
        "current_usage_amount_cents": usage.current_cents,
        "from_datetime": instant(subscription.subscription_at),
        "to_datetime": instant(at),
        "usage_thresholds": [
            {
                "amount_cents": int(each.value),
                "completion_ratio": float(each.ratio),
                "reached_at": instant(reached_at.get(each.value)),
            }
            for each in completed
        ],
    }
