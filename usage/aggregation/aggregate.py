"""Units from a tally, for every aggregation that does not depend on the order of events."""

from decimal import Decimal

from usage.aggregation.metric import AggregationType, Metric
from usage.aggregation.numbers import ZERO
from usage.aggregation.tally import Tally
from usage.aggregation.units import Units
from usage.aggregation.weighted import Weighting, weighted_units


def aggregate(metric: Metric, tally: Tally, weighting: Weighting | None = None) -> Units:
    """The metric's units, rounded as it asks for (3-G14).

    The tally covers the period, or for a recurring metric everything up to its end (3-G3); that of a weighted sum
    always covers the period, and ``weighting`` is needed. Raises ``ValueError`` when the tally does not suffice
    (see ``needs_events``).
    """
    return _units(metric, tally, weighting).rounded_for(metric)


def needs_events(metric: Metric, tally: Tally, *, prorated: bool = False) -> bool:
    """Whether units depend on the events one by one: proration by days, and values removed again."""
    removes = metric.aggregation_type is AggregationType.UNIQUE_COUNT and tally.removals > 0
    return prorated or removes


def _units(metric: Metric, tally: Tally, weighting: Weighting | None) -> Units:
    match metric.aggregation_type:
        case AggregationType.COUNT:
            return Units.plain(Decimal(tally.count), tally.count, tally.precise_total_amount_cents)
        case AggregationType.SUM:
            return Units.plain(tally.sum, tally.number_count, tally.precise_total_amount_cents)
        case AggregationType.MAX:
            return Units.plain(ZERO if tally.max is None else tally.max, tally.number_count)
        case AggregationType.LATEST:
            return Units.plain(_latest(tally), tally.number_count)
        case AggregationType.UNIQUE_COUNT:
            return _distinct(tally)
        case AggregationType.WEIGHTED_SUM:
            if weighting is None:
                raise ValueError("a weighted sum needs the range that it is weighted over")
            return weighted_units(tally, weighting)


def _latest(tally: Tally) -> Decimal:
    # A negative level is shown as none (3-G13).
    return ZERO if tally.latest is None else max(tally.latest.value, ZERO)


def _distinct(tally: Tally) -> Units:
    if tally.removals:
        raise ValueError("a unique count with removals needs the events: use fold_unique")
    return Units.plain(Decimal(len(tally.distinct)), tally.text_count)
