"""The event properties by which prices tell usage apart, told to usage."""

from collections import defaultdict
from collections.abc import Iterable

from customers.models import Organization
from plans.models import Charge
from usage.services.measurement import set_dimension_keys


def keep_dimensions_apart(organization: Organization, charges: Iterable[Charge]) -> None:
    """From now on keep the usage of the charges' metrics apart by every key that they group by (M12).

    Keys of metric filters are kept apart already. Statements only for metrics that are grouped.
    """
    keys: dict[str, set[str]] = defaultdict(set)
    for charge in charges:
        keys[charge.billable_metric.code].update(charge.properties.get("pricing_group_keys", ()))
    for code, grouping in sorted(keys.items()):
        if grouping:
            set_dimension_keys(organization=organization, code=code, keys=grouping)
