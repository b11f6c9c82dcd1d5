"""How much: billable metrics, events and what is kept of them."""

from usage.models.billable_metric import AggregationType, BillableMetric, RoundingFunction, WeightedInterval
from usage.models.bucket import QUARTER_HOUR, UsageBucket, UsageDimension, UsageDistinctValue
from usage.models.event import UsageCode, UsageEvent, UsageFlush, UsageStream
from usage.models.event_check import EventCheck
from usage.models.instant import InstantField, from_microseconds, to_microseconds

__all__ = [
    "QUARTER_HOUR",
    "AggregationType",
    "BillableMetric",
    "EventCheck",
    "InstantField",
    "RoundingFunction",
    "UsageBucket",
    "UsageCode",
    "UsageDimension",
    "UsageDistinctValue",
    "UsageEvent",
    "UsageFlush",
    "UsageStream",
    "WeightedInterval",
    "from_microseconds",
    "to_microseconds",
]
