"""Events that are not stored, measured as if they were: by the very SQL that measures the stored ones."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from usage.ingest.event import IngestedEvent
from usage.measure import MEASURED
from usage.queries import FlushedEvent
from usage.queries.gather import event_value

# Later than every flush: at the same instant a stored event comes first.
_LAST_FLUSH = 2**42

_STATEMENT = f"""
    SELECT e.position, m.dimension, m.timestamp, m.arrival, m.number, m.text, m.removes, m.precise_total_amount_cents
    FROM (
        SELECT code, timestamp, {_LAST_FLUSH} AS flush_id, position::int, precise_total_amount_cents,
            properties::jsonb AS properties
        FROM unnest(%s::text[], %s::bigint[], %s::numeric[], %s::text[])
            WITH ORDINALITY AS given (code, timestamp, precise_total_amount_cents, properties, position)) e
    JOIN usage_code c ON c.organization_id = %s AND c.code = e.code
    CROSS JOIN LATERAL (SELECT {MEASURED}) m
    ORDER BY e.position"""


def measured(organization_id: UUID, events: Sequence[IngestedEvent]) -> list[FlushedEvent]:
    """What storing ``events`` would give, those of unknown codes left out. Takes one statement."""
    columns: list[list[Any]] = [
        [event.code for event in events],
        [event.timestamp for event in events],
        [event.precise_total_amount_cents for event in events],
        [event.properties.decode() for event in events],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, [*columns, organization_id])
        return [_measured(events[position - 1], row) for position, *row in cursor.fetchall()]


def _measured(event: IngestedEvent, row: Sequence[Any]) -> FlushedEvent:
    dimension, *value = row
    return FlushedEvent(
        event.external_subscription_id, event.code, event.transaction_id, json.loads(dimension), event_value(*value)
    )
