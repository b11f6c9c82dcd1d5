"""What a billable metric computes from its events."""

from dataclasses import dataclass
from enum import StrEnum

from billing_site.kernel.errors import ValidationFailed


class AggregationType(StrEnum):
    COUNT = "count_agg"
    SUM = "sum_agg"
    MAX = "max_agg"
    LATEST = "latest_agg"
    UNIQUE_COUNT = "unique_count_agg"
    WEIGHTED_SUM = "weighted_sum_agg"


class RoundingFunction(StrEnum):
    ROUND = "round"
    CEIL = "ceil"
    FLOOR = "floor"


class WeightedInterval(StrEnum):
    SECONDS = "seconds"


# Only these have a value that can be carried over into the next period (C9).
_RECURRING = {AggregationType.SUM, AggregationType.UNIQUE_COUNT, AggregationType.WEIGHTED_SUM}


@dataclass(frozen=True, slots=True)
class Metric:
    """``recurring``: the value carries over from period to period. Raises ``ValidationFailed`` on what cannot be."""

    aggregation_type: AggregationType
    recurring: bool = False
    rounding_function: RoundingFunction | None = None
    rounding_precision: int | None = None
    weighted_interval: WeightedInterval | None = None

    def __post_init__(self) -> None:
        if self.recurring and self.aggregation_type not in _RECURRING:
            raise ValidationFailed(recurring=["not_compatible_with_aggregation_type"])
        if self.aggregation_type is AggregationType.WEIGHTED_SUM and self.weighted_interval is None:
            raise ValidationFailed(weighted_interval=["value_is_mandatory"])
