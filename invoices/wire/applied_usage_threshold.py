"""The usage thresholds that a progressive invoice was made for, on the wire."""

from collections.abc import Iterable
from typing import TypedDict

from billing_site.kernel.api.wire import instant
from invoices.models import AppliedUsageThreshold
from plans.wire.usage_threshold import UsageThresholdWire, usage_threshold_wire


class AppliedUsageThresholdWire(TypedDict):
    lifetime_usage_amount_cents: int
    created_at: str | None
    usage_threshold: UsageThresholdWire


def applied_usage_thresholds_wire(applied: Iterable[AppliedUsageThreshold]) -> list[AppliedUsageThresholdWire]:
    return [
        {
            "lifetime_usage_amount_cents": each.lifetime_usage_amount_cents,
            "created_at": instant(each.created_at),
            "usage_threshold": usage_threshold_wire(each.usage_threshold),
        }
        for each in applied
    ]
