"""Which filters a charge can have: values that its metric knows, a price of its model, one price for each event."""

from collections.abc import Mapping, Sequence

from billing_site.kernel.errors import ValidationFailed
from plans.models import Charge, ChargeFilter
from plans.rating import normalized, parse_properties
from plans.rating.filters import ALL_VALUES, ValueFilter, overlap_partly

Values = Mapping[str, Sequence[str]]

UNKNOWN_VALUES = "value_is_invalid"
NO_VALUES = "value_is_mandatory"
# Two filters on the same keys of which neither lies within the other: some events would have two prices (3-G17).
OVERLAPS_PARTLY = "values_overlap_partly"
# The later one would never price anything.
APPEARS_TWICE = "value_is_duplicated"


def settle_filters(charge: Charge, filters: Sequence[ChargeFilter]) -> None:
    """Bring the prices of ``filters``, all that the charge is to have, into their stored form.

    Raises ``ValidationFailed`` with every fault, under ``filters.<index>.values`` and ``filters.<index>.properties``.
    """
    known = known_values(charge)
    broken: dict[str, list[str]] = {}
    for index, each in enumerate(filters):
        faults = {**_price_faults(charge, each), **_value_faults(each, known, filters[:index])}
        broken.update({f"filters.{index}.{field}": codes for field, codes in faults.items()})
    if broken:
        raise ValidationFailed(broken)


def settle_filter(charge: Charge, charge_filter: ChargeFilter, others: Sequence[ChargeFilter]) -> None:
    """The same for one filter among ``others``. Raises ``ValidationFailed`` under ``values`` and ``properties``."""
    broken = {
        **_price_faults(charge, charge_filter),
        **_value_faults(charge_filter, known_values(charge), others),
    }
    if broken:
        raise ValidationFailed(broken)


def known_values(charge: Charge) -> Values:
    return {allowed["key"]: allowed["values"] for allowed in charge.billable_metric.filters}


def chosen_values(values: Values) -> frozenset[tuple[str, frozenset[str]]]:
    """By which two filters are the same; their order means nothing."""
    return frozenset((key, frozenset(chosen)) for key, chosen in values.items())


def _price_faults(charge: Charge, charge_filter: ChargeFilter) -> dict[str, list[str]]:
    try:
        charge_filter.properties = normalized(parse_properties(charge.charge_model, charge_filter.properties))
    except ValidationFailed as refusal:
        return refusal.details
    return {}


def _value_faults(charge_filter: ChargeFilter, known: Values, others: Sequence[ChargeFilter]) -> dict[str, list[str]]:
    values = charge_filter.values
    if not values or not all(values.values()):
        return {"values": [NO_VALUES]}
    if not all(_is_known(chosen, known.get(key, ())) for key, chosen in values.items()):
        return {"values": [UNKNOWN_VALUES]}
    if any(chosen_values(values) == chosen_values(other.values) for other in others):
        return {"values": [APPEARS_TWICE]}
    matcher = ValueFilter.of(values, known)
    if any(overlap_partly(matcher, ValueFilter.of(other.values, known)) for other in others):
        return {"values": [OVERLAPS_PARTLY]}
    return {}


def _is_known(chosen: Sequence[str], known: Sequence[str]) -> bool:
    """Listed by the metric, or all that it lists, whatever that will be."""
    return bool(known) and (list(chosen) == [ALL_VALUES] or set(chosen) <= set(known))
