"""Events that arrived and cannot be counted as their senders meant them (V8)."""

from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from usage.measure import NUMBER_PATTERN

# Of each kind; the rest is told in the count of the console's list of unmatched events.
MOST_TOLD = 1_000

_ARRIVED = """
    FROM usage_flush f JOIN usage_event e ON e.flush_id = f.id JOIN usage_code c ON c.id = e.code_id
    LEFT JOIN usage_billablemetric m
        ON m.organization_id = c.organization_id AND m.code = c.code AND m.deleted_at IS NULL
    WHERE f.organization_id = %(organization)s AND f.epoch > %(seen)s AND f.epoch <= %(epoch)s"""
_KINDS = {
    "invalid_code": "m.id IS NULL",
    "missing_aggregation_property": "m.field_name <> '' AND NOT coalesce(e.properties ? m.field_name, false)",
    "invalid_aggregation_property": f"""m.field_name <> '' AND m.aggregation_type <> 'unique_count_agg'
        AND e.properties ->> m.field_name !~ '{NUMBER_PATTERN}'""",
    "invalid_filter_values": """EXISTS (
        SELECT FROM jsonb_array_elements(m.filters) AS allowed
        WHERE e.properties ? (allowed ->> 'key')
            AND NOT allowed -> 'values' ? (e.properties ->> (allowed ->> 'key')))""",
}


class FaultyEvents(NamedTuple):
    """Transaction ids, in the order of arrival, at most ``MOST_TOLD`` of each kind."""

    invalid_code: list[str]
    missing_aggregation_property: list[str]
    invalid_aggregation_property: list[str]
    invalid_filter_values: list[str]


def faulty_events(organization_id: UUID, *, after_epoch: int, epoch: int) -> FaultyEvents:
    """Of the events that were rolled after ``after_epoch``, up to ``epoch``. Four statements."""
    window: dict[str, Any] = {"organization": organization_id, "seen": after_epoch, "epoch": epoch, "most": MOST_TOLD}
    found = {}
    with connection.cursor() as cursor:
        for kind, condition in _KINDS.items():
            cursor.execute(
                f"SELECT e.transaction_id {_ARRIVED} AND {condition} ORDER BY f.id, e.position LIMIT %(most)s", window
            )
            found[kind] = [transaction_id for (transaction_id,) in cursor.fetchall()]
    return FaultyEvents(**found)
