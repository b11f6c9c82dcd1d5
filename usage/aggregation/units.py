"""The units of one metric in one period."""

from decimal import Decimal

from msgspec import Struct

from usage.aggregation.metric import Metric
from usage.aggregation.numbers import ZERO
from usage.aggregation.rounding import rounded


class Units(Struct, frozen=True):
    """``units`` are to be priced, ``full_units`` are shown; they differ when units count for days only (3-E3).

    ``total_aggregated_units`` is the value at the end of the period (3-G12). All may be negative: such a fee bills
    nothing and shows 0 units (3-G4).
    """

    units: Decimal
    full_units: Decimal
    total_aggregated_units: Decimal
    events_count: int
    precise_total_amount_cents: Decimal = ZERO

    @classmethod
    def plain(cls, units: Decimal, events_count: int, precise_total_amount_cents: Decimal = ZERO) -> "Units":
        return cls(units, units, units, events_count, precise_total_amount_cents)

    def rounded_for(self, metric: Metric) -> "Units":
        if metric.rounding_function is None:
            return self
        function, precision = metric.rounding_function, metric.rounding_precision
        return Units(
            rounded(self.units, function, precision),
            rounded(self.full_units, function, precision),
            rounded(self.total_aggregated_units, function, precision),
            self.events_count,
            self.precise_total_amount_cents,
        )
