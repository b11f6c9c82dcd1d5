"""How much: billable metrics, events and what is kept of them."""

from usage.models.billable_metric import AggregationType, BillableMetric, RoundingFunction, WeightedInterval

__all__ = ["AggregationType", "BillableMetric", "RoundingFunction", "WeightedInterval"]
