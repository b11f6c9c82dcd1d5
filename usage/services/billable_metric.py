"""Commands on billable metrics."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

from billing_site.kernel.commands import command
from billing_site.kernel.errors import ValidationFailed
from customers.models import Organization
from usage.aggregation import AggregationType, Metric, RoundingFunction, WeightedInterval
from usage.expression import parse
from usage.models import BillableMetric
from usage.queries import is_attached
from usage.services.measurement import measure_metric
from usage.signals import metric_created, metric_deleted, metric_filters_changed, metric_updated

# What may change once a charge uses the metric (C14).
ALWAYS_CHANGEABLE = {"name", "description", "filters"}


class AllowedValues(TypedDict):
    """The values of an event property that charges may price apart."""

    key: str
    values: Sequence[str]


class MetricValues(TypedDict, total=False):
    """What an absent key leaves as it is."""

    name: str
    code: str
    description: str
    aggregation_type: str
    field_name: str
    recurring: bool
    weighted_interval: str | None
    expression: str
    rounding_function: str | None
    rounding_precision: int | None
    filters: Sequence[AllowedValues]


@command
def create_billable_metric(
    *, organization: Organization, at: datetime, **values: Unpack[MetricValues]
) -> BillableMetric:
    """A new metric; events of its code that came before it count too. Raises ``ValidationFailed``."""
    metric = BillableMetric(organization=organization, created_at=at, **_checked(dict(values)))
    metric.save(force_insert=True)
    measure_metric(metric)
    metric_created.send(BillableMetric, metric=metric, at=at)
    return metric


@command
def update_billable_metric(*, metric: BillableMetric, at: datetime, **values: Unpack[MetricValues]) -> BillableMetric:
    """Change a metric. Once a charge uses it, all but name, description and filters is silently left as it is (C14)."""
    changes: dict[str, Any] = dict(values)
    if is_attached(metric):
        changes = {name: value for name, value in changes.items() if name in ALWAYS_CHANGEABLE}
    checked = _checked({**_present(metric), **changes})
    filters_changed = checked["filters"] != metric.filters
    metric.change(at=at, **checked)
    measure_metric(metric)
    if filters_changed:
        metric_filters_changed.send(BillableMetric, metric=metric, at=at)
    metric_updated.send(BillableMetric, metric=metric, at=at)
    return metric


@command
def delete_billable_metric(*, metric: BillableMetric, at: datetime) -> BillableMetric:
    """Its code is free again; invoices keep the fees they have. Charges that use it go with it (C14)."""
    metric.change(at=at, deleted_at=at)
    metric_deleted.send(BillableMetric, metric=metric, at=at)
    return metric


def _present(metric: BillableMetric) -> dict[str, Any]:
    return {name: getattr(metric, name) for name in MetricValues.__annotations__}


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """The values as they are stored; those that the aggregation has no use for are empty (C1)."""
    if values.get("expression"):
        parse(values["expression"])
    aggregation = AggregationType(values["aggregation_type"])
    is_counted = aggregation is AggregationType.COUNT
    if not is_counted and not values.get("field_name"):
        raise ValidationFailed(field_name=["value_is_mandatory"])
    weighted_interval = values.get("weighted_interval") if aggregation is AggregationType.WEIGHTED_SUM else None
    checked = {
        **values,
        "field_name": "" if is_counted else values["field_name"],
        "weighted_interval": weighted_interval,
        "filters": _merged(values.get("filters", ())),
    }
    _check_combination(checked)
    return checked


def _check_combination(values: Mapping[str, Any]) -> None:
    rounding_function, interval = values.get("rounding_function"), values["weighted_interval"]
    Metric(
        aggregation_type=AggregationType(values["aggregation_type"]),
        recurring=values.get("recurring", False),
        rounding_function=RoundingFunction(rounding_function) if rounding_function else None,
        rounding_precision=values.get("rounding_precision"),
        weighted_interval=WeightedInterval(interval) if interval else None,
    )


def _merged(filters: Sequence[AllowedValues]) -> list[dict[str, Any]]:
    """One entry a key, each value once, in the order given."""
    merged: dict[str, dict[str, None]] = {}
    for allowed in filters:
        merged.setdefault(allowed["key"], {}).update(dict.fromkeys(allowed["values"]))
    return [{"key": key, "values": list(values)} for key, values in merged.items()]
