"""The events behind a measurement, one by one, in order of time: for people who follow a number down to them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.db import connection

from usage.aggregation import EventValue
from usage.measure import MEASURED, PROPERTY
from usage.models import to_microseconds
from usage.queries.events import EventRecord
from usage.queries.gather import UsageRequest, event_value

CHUNK = 2_000

_STATEMENT = f"""
    SELECT s.organization_id, e.transaction_id, s.external_subscription_id, c.code, e.timestamp,
        e.precise_total_amount_cents, e.properties::text, f.created_at, f.epoch, {PROPERTY}, m.dimension,
        m.timestamp, m.arrival, m.number, m.text, m.removes, m.precise_total_amount_cents
    FROM usage_stream s
    JOIN usage_code c ON c.organization_id = s.organization_id
    JOIN usage_event e ON e.stream_id = s.id AND e.code_id = c.id
    JOIN usage_flush f ON f.id = e.flush_id
    CROSS JOIN LATERAL (SELECT {MEASURED}) m
    WHERE s.organization_id = %s AND s.external_subscription_id = %s AND c.code = %s
        AND e.timestamp >= %s AND e.timestamp < %s AND (e.timestamp, m.arrival) > (%s, %s)
    ORDER BY e.timestamp, m.arrival LIMIT %s"""


class CodeEvent(NamedTuple):
    """``epoch`` is that of its flush, None while it is pending; ``property_text`` the measured property as sent."""

    record: EventRecord
    epoch: int | None
    property_text: str | None
    dimension: Mapping[str, str | None]
    value: EventValue


class EventPlace(NamedTuple):
    """Where an event stands in the order: microseconds since 1970, and arrival."""

    timestamp: int
    arrival: int


def code_events(request: UsageRequest, after: EventPlace | None = None) -> Iterator[CodeEvent]:
    """Those of ``request`` behind ``after``, chunk by chunk, so that any number of them takes little memory."""
    place: EventPlace | None = after or EventPlace(-1, 0)
    while place is not None:
        rows = _chunk(request, place)
        for row in rows:
            yield _event(row)
        last = rows[-1] if len(rows) == CHUNK else None
        place = None if last is None else EventPlace(last[11], last[12])


def _chunk(request: UsageRequest, after: EventPlace) -> list[tuple[Any, ...]]:
    start, end = (max(to_microseconds(at), 0) for at in (request.interval.start, request.interval.end))
    named = (request.organization_id, request.external_subscription_id, request.code)
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, [*named, max(start, after.timestamp), end, *after, CHUNK])
        return cursor.fetchall()


def _event(row: tuple[Any, ...]) -> CodeEvent:
    epoch, property_text, dimension, *value = row[8:]
    return CodeEvent(EventRecord(*row[:8]), epoch, property_text, json.loads(dimension), event_value(*value))
