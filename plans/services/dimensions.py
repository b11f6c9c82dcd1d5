"""The event properties by which charges tell usage apart, told to usage."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from uuid import UUID

from django.db.models import Prefetch

from customers.models import Organization
from plans.models import Charge, ChargeFilter


def refresh_dimension_keys(organization: Organization, metric_ids: Collection[UUID]) -> None:
    """Keep the usage of these metrics apart by every key that a charge groups or filters by."""
    keys: dict[UUID, set[str]] = defaultdict(set)
    filters = ChargeFilter.objects.filter(deleted_at__isnull=True)
    charges = Charge.objects.filter(deleted_at__isnull=True, billable_metric__in=metric_ids)
    for charge in charges.prefetch_related(Prefetch("filters", filters)):
        keys[charge.billable_metric_id].update(dimension_keys(charge))


def dimension_keys(charge: Charge) -> Iterator[str]:
    """The keys of the prices' groups and of the filters (M11, M12)."""
    yield from charge.properties.get("pricing_group_keys", ())
    for charge_filter in charge.filters.all():
        yield from charge_filter.values
        yield from charge_filter.properties.get("pricing_group_keys", ())
