"""The event properties by which prices tell usage apart, told to usage."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from customers.models import Organization
from plans.models import Charge
from plans.queries import live_filters
from usage.services.measurement import set_dimension_keys


def keep_dimensions_apart(organization: Organization, charges: Sequence[Charge]) -> None:
    """From now on keep the usage of the charges' metrics apart by every key that prices or fees group by (M12, M13).

    Keys of metric filters are kept apart already. Statements only for metrics that are grouped.
    """
    keys: dict[str, set[str]] = defaultdict(set)
    codes = {charge.pk: charge.billable_metric.code for charge in charges}
    for charge in charges:
        keys[codes[charge.pk]].update(_grouping_keys(charge.properties))
    filters = live_filters().filter(charge__in=charges).values_list("charge_id", "properties")
    for charge_id, properties in filters:
        keys[codes[charge_id]].update(_grouping_keys(properties))
    for code, grouping in sorted(keys.items()):
        if grouping:
            set_dimension_keys(organization=organization, code=code, keys=grouping)


def _grouping_keys(properties: Mapping[str, Any]) -> Iterable[str]:
    """Of stored properties."""
    yield from properties.get("pricing_group_keys", ())
    yield from (key["value"] for key in properties.get("presentation_group_keys", ()))
