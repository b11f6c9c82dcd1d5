"""What is measured in a code's events. A change makes its buckets out of date; the roller builds them anew."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection, transaction

from customers.models import Organization
from usage.aggregation import AggregationType
from usage.ingest import codes
from usage.models import BillableMetric

# One statement, so that changes of the same code cannot undo each other.
_MEASURE = """UPDATE usage_code SET field_name = %(field_name)s, keeps_values = %(keeps_values)s, version = version + 1
    WHERE id = %(id)s AND (field_name, keeps_values) IS DISTINCT FROM (%(field_name)s, %(keeps_values)s)"""
_ADD_KEYS = """UPDATE usage_code SET version = version + 1, dimension_keys = ARRAY(
        SELECT key FROM unnest(dimension_keys || %(keys)s::varchar[]) AS key GROUP BY key ORDER BY key)
    WHERE id = %(id)s AND NOT %(keys)s::varchar[] <@ dimension_keys"""


@transaction.atomic
def measure_metric(metric: BillableMetric) -> None:
    """Measure the metric's property in the events of its code, those that came before it included."""
    code_id = _code_id(metric.organization_id, metric.code)
    keeps_values = metric.aggregation_type == AggregationType.UNIQUE_COUNT
    parameters = {"id": code_id, "field_name": metric.field_name, "keeps_values": keeps_values}
    with connection.cursor() as cursor:
        cursor.execute(_MEASURE, parameters)
    _add_keys(code_id, [allowed["key"] for allowed in metric.filters])


@transaction.atomic
def set_dimension_keys(*, organization: Organization, code: str, keys: Collection[str]) -> None:
    """Keep the code's usage apart by these properties from now on, as its charges' filters and groups need.

    A key once known stays, since an invoice yet to be refreshed may need it; tallies kept apart can always be added up.
    """
    _add_keys(_code_id(organization.id, code), keys)


def _add_keys(code_id: int, keys: Collection[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ADD_KEYS, {"id": code_id, "keys": sorted(keys)})


def _code_id(organization_id: UUID, code: str) -> int:
    return codes.numbers({organization_id: {code}})[organization_id][code]
