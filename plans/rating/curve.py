"""The price as a line over units, for a chart. Pure."""

from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from billing_site.kernel.money import EXACT
from plans.rating.charge_model import ChargeModel
from plans.rating.quote import Sample, sample_usage
from plans.rating.rate import rate

POINTS = 40
MOST_EDGES = 50
# A jump is drawn between an edge and the point just above it.
JUST_ABOVE = Decimal("0.0001")


class CurvePoint(NamedTuple):
    """``amount`` in currency units, unrounded."""

    units: Decimal
    amount: Decimal


def price_curve(model: ChargeModel, sample: Sample, currency: str, *, up_to: Decimal) -> list[CurvePoint]:
    """From 0 to ``up_to`` units, in order: evenly spaced points, and both sides of every edge of the price.

    The number of events stays that of ``sample``. Raises ``ValidationFailed`` as ``price_sample`` does.
    """
    samples = [sample._replace(units=units) for units in _marks(model, up_to)]
    return [CurvePoint(each.units, rate(model, sample_usage(model, each, currency)).amount) for each in samples]


def _marks(model: ChargeModel, up_to: Decimal) -> list[Decimal]:
    even = [EXACT.divide(EXACT.multiply(up_to, Decimal(index)), Decimal(POINTS)) for index in range(POINTS + 1)]
    edges = list(islice((edge for edge in model.edges(up_to) if edge < up_to), MOST_EDGES))
    above = [EXACT.add(edge, EXACT.multiply(up_to, JUST_ABOVE)) for edge in edges]
    return sorted({*even, *edges, *above})
