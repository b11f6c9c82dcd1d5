"""Usage thresholds on the wire."""

from collections.abc import Iterable
from typing import TypedDict

from billing_site.kernel.api.wire import instant, text
from plans.models import UsageThreshold


class UsageThresholdWire(TypedDict):
    lago_id: str
    threshold_display_name: str | None
    amount_cents: int
    recurring: bool
    created_at: str | None
    updated_at: str | None


def usage_threshold_wire(threshold: UsageThreshold) -> UsageThresholdWire:
    return {
        "lago_id": str(threshold.id),
        "threshold_display_name": text(threshold.threshold_display_name),
        "amount_cents": threshold.amount_cents,
        "recurring": threshold.recurring,
        "created_at": instant(threshold.created_at),
        "updated_at": instant(threshold.updated_at),
    }


def usage_thresholds_wire(thresholds: Iterable[UsageThreshold]) -> list[UsageThresholdWire]:
    return [usage_threshold_wire(threshold) for threshold in thresholds]
