"""A billable metric on the wire."""

from collections.abc import Iterable
from typing import TypedDict

from billing_site.kernel.api.wire import instant, text
from usage.models import BillableMetric


class AllowedValuesWire(TypedDict):
    key: str
    values: list[str]


class BillableMetricWire(TypedDict):
    lago_id: str
    name: str
    code: str
    description: str | None
    aggregation_type: str
    field_name: str | None
    recurring: bool
    weighted_interval: str | None
    expression: str | None
    rounding_function: str | None
    rounding_precision: int | None
    filters: list[AllowedValuesWire]
    created_at: str | None


def billable_metric_wire(metric: BillableMetric) -> BillableMetricWire:
    return {
        "lago_id": str(metric.id),
        "name": metric.name,
        "code": metric.code,
        "description": text(metric.description),
        "aggregation_type": metric.aggregation_type,
        "field_name": text(metric.field_name),
        "recurring": metric.recurring,
        "weighted_interval": metric.weighted_interval,
        "expression": text(metric.expression),
        "rounding_function": metric.rounding_function,
        "rounding_precision": metric.rounding_precision,
        "filters": metric.filters,
        "created_at": instant(metric.created_at),
    }


def billable_metrics_wire(metrics: Iterable[BillableMetric]) -> list[BillableMetricWire]:
    return [billable_metric_wire(metric) for metric in metrics]
