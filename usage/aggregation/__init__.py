"""Units from events: what a metric counts in a period. Pure."""

from usage.aggregation.advance import Level, prorated_in_advance
from usage.aggregation.aggregate import aggregate, needs_events
from usage.aggregation.counted import Counter, Ignored, Verdict
from usage.aggregation.event_value import EventValue, Operation, epoch_seconds, in_order
from usage.aggregation.metric import AggregationType, Metric, RoundingFunction, WeightedInterval
from usage.aggregation.numbers import parse_number, property_text
from usage.aggregation.proration import (
    DayWeighted,
    PeriodDays,
    ProratedEvent,
    prorated_events,
    prorated_units,
    summed_changes,
)
from usage.aggregation.rounding import rounded
from usage.aggregation.tally import Latest, Tally
from usage.aggregation.unique import Presence, fold_unique, presences, unique_change, unique_changes
from usage.aggregation.units import Units
from usage.aggregation.weighted import Weighting, weighted_units

__all__ = [
    "AggregationType",
    "Counter",
    "DayWeighted",
    "EventValue",
    "Ignored",
    "Latest",
    "Level",
    "Metric",
    "Operation",
    "PeriodDays",
    "Presence",
    "ProratedEvent",
    "RoundingFunction",
    "Tally",
    "Units",
    "Verdict",
    "WeightedInterval",
    "Weighting",
    "aggregate",
    "epoch_seconds",
    "fold_unique",
    "in_order",
    "needs_events",
    "parse_number",
    "presences",
    "property_text",
    "prorated_events",
    "prorated_in_advance",
    "prorated_units",
    "rounded",
    "summed_changes",
    "unique_change",
    "unique_changes",
    "weighted_units",
]
