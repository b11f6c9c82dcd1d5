"""The rounding that a metric asks for."""

from decimal import Decimal

from billing_site.kernel.money import round_down, round_half_up, round_up
from usage.aggregation.metric import RoundingFunction

_FUNCTIONS = {
    RoundingFunction.ROUND: round_half_up,
    RoundingFunction.CEIL: round_up,
    RoundingFunction.FLOOR: round_down,
}


def rounded(units: Decimal, function: RoundingFunction | None, precision: int | None = None) -> Decimal:
    """Aggregated units rounded before they are priced (3-G14); no precision is 0, negative ones round before the point.

    ``rounded(Decimal("48.434"), RoundingFunction.CEIL, 2) == Decimal("48.44")``. Not for events paid in advance.
    """
    return units if function is None else _FUNCTIONS[function](units, precision or 0)
