"""The prices of a charge: one for each of its filters, and its own for what no filter matches."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from plans.models import Charge, ChargeFilter
from plans.rating import ChargeModel, needs_transactions, parse_properties
from plans.rating.filters import Dimension, ValueFilter, most_specific
from usage.aggregation import AggregationType, Metric, RoundingFunction, WeightedInterval
from usage.models import BillableMetric

GroupValues = tuple[tuple[str, str | None], ...]
Measured = TypeVar("Measured")


@dataclass(frozen=True, slots=True)
class Price:
    """``charge_filter`` is None for the charge's own price."""

    charge_filter: ChargeFilter | None
    model: ChargeModel

    def group_of(self, dimension: Dimension) -> GroupValues:
        """The values of the pricing keys; a missing one is a null value (3-G15)."""
        return tuple([(key, dimension.get(key)) for key in self.model.grouping.pricing_group_keys])


@dataclass(frozen=True, slots=True)
class PriceList:
    """A charge with its filters' prices, the oldest first, and its own at the end; ``code`` is its metric's."""

    charge: Charge
    code: str
    metric: Metric
    prices: tuple[Price, ...]
    filters: tuple[ValueFilter, ...]

    @classmethod
    def of(cls, charge: Charge) -> "PriceList":
        """Wants the charge's metric and its living ``filters`` loaded. A price that cannot be read raises here."""
        charge_filters = list(charge.filters.all())
        known = {each["key"]: each["values"] for each in charge.billable_metric.filters}
        prices = [Price(each, parsed(charge.charge_model, each.properties)) for each in charge_filters]
        own = Price(None, parsed(charge.charge_model, charge.properties))
        filters = tuple(ValueFilter.of(each.values, known) for each in charge_filters)
        metric = charge.billable_metric
        return cls(charge, metric.code, metric_of(metric), (*prices, own), filters)

    @property
    def is_one_price(self) -> bool:
        """No filters and no groups."""
        return not self.filters and not self.prices[0].model.grouping.pricing_group_keys

    @property
    def by_event(self) -> bool:
        """Whether a price depends on each event's value."""
        return any(needs_transactions(price.model) for price in self.prices)

    def split(
        self, measured: Iterable[tuple[Dimension, Measured]]
    ) -> list[tuple[Price, dict[GroupValues, list[Measured]]]]:
        """What belongs to each price, by group. Every price is there, also one that nothing was used of."""
        if self.is_one_price:
            everything = [each for _, each in measured]
            return [(self.prices[0], {(): everything} if everything else {})]
        groups: list[dict[GroupValues, list[Measured]]] = [{} for _ in self.prices]
        for dimension, each in measured:
            index = most_specific(self.filters, dimension) if self.filters else None
            position = len(self.prices) - 1 if index is None else index
            groups[position].setdefault(self.prices[position].group_of(dimension), []).append(each)
        return list(zip(self.prices, groups, strict=True))


def parsed(charge_model: str, properties: dict[str, Any]) -> ChargeModel:
    return _parsed(charge_model, json.dumps(properties, sort_keys=True))


@lru_cache(maxsize=10_000)
def _parsed(charge_model: str, properties: str) -> ChargeModel:
    """Parsing is dearer than pricing, and a run prices the same charge for every subscription."""
    return parse_properties(charge_model, json.loads(properties))


def metric_of(metric: BillableMetric) -> Metric:
    return Metric(
        aggregation_type=AggregationType(metric.aggregation_type),
        recurring=metric.recurring,
        rounding_function=RoundingFunction(metric.rounding_function) if metric.rounding_function else None,
        rounding_precision=metric.rounding_precision,
        weighted_interval=WeightedInterval(metric.weighted_interval) if metric.weighted_interval else None,
    )
