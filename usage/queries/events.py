"""Lists of events, newest first: by time within a subscription, by arrival across them.

There is no index for an organization's events by time: it would cost every event as much as the event, for a list that
is rarely looked at. So across subscriptions the newest flushes are read, and counts stop at ``COUNTED_EVENTS``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from usage.models import to_microseconds

COUNTED_EVENTS = 10_000


class EventRecord(NamedTuple):
    """An event as it was stored. ``timestamp`` counts microseconds since 1970, ``properties`` is JSON text."""

    organization_id: UUID
    transaction_id: str
    external_subscription_id: str
    code: str
    timestamp: int
    precise_total_amount_cents: Decimal | None
    properties: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events; both ends of the time are included, as on the wire."""

    external_subscription_id: str | None = None
    code: str | None = None
    timestamp_from: datetime | None = None
    timestamp_to: datetime | None = None


class EventPage(NamedTuple):
    """``total_count`` is exact up to ``COUNTED_EVENTS``; ``has_more`` is always exact."""

    events: list[EventRecord]
    total_count: int
    has_more: bool


_COLUMNS = """s.organization_id, e.transaction_id, s.external_subscription_id, c.code, e.timestamp,
    e.precise_total_amount_cents, e.properties::text, f.created_at"""
_NEWEST = "e.timestamp DESC, e.flush_id DESC, e.position DESC"
_CONDITIONS = {
    "code": "c.code = %(code)s",
    "timestamp_from": "e.timestamp >= %(timestamp_from)s",
    "timestamp_to": "e.timestamp <= %(timestamp_to)s",
}
# One descent of the index for each code, instead of sorting all events of the stream.
_OF_STREAM = f"""
    FROM usage_stream s JOIN usage_code c ON c.organization_id = s.organization_id
    CROSS JOIN LATERAL (
        SELECT * FROM usage_event e WHERE e.stream_id = s.id AND e.code_id = c.id {{conditions}}
        ORDER BY {_NEWEST} LIMIT %(most)s) e
    JOIN usage_flush f ON f.id = e.flush_id
    WHERE s.organization_id = %(organization_id)s AND s.external_subscription_id = %(external_subscription_id)s
    ORDER BY {_NEWEST}"""
_OF_ORGANIZATION = """
    FROM usage_flush f
    CROSS JOIN LATERAL (
        SELECT e.* FROM usage_event e JOIN usage_code c ON c.id = e.code_id
        WHERE e.flush_id = f.id {conditions} ORDER BY e.position DESC) e
    JOIN usage_stream s ON s.id = e.stream_id JOIN usage_code c ON c.id = e.code_id
    WHERE f.organization_id = %(organization_id)s
    ORDER BY f.id DESC, e.position DESC"""
_ONE = f"""
    SELECT {_COLUMNS} FROM usage_stream s JOIN usage_event e ON e.stream_id = s.id
    JOIN usage_code c ON c.id = e.code_id JOIN usage_flush f ON f.id = e.flush_id
    WHERE s.organization_id = %s AND e.transaction_id = %s LIMIT 1"""


def event_page(organization_id: UUID, wanted: EventFilter, *, offset: int, limit: int) -> EventPage:
    """``limit`` events from position ``offset``. Two statements."""
    source, given = _source(organization_id, wanted)
    window = {"offset": offset, "limit": limit + 1, "most": offset + limit + 1}
    rows = _fetched(f"SELECT {_COLUMNS} {source} LIMIT %(limit)s OFFSET %(offset)s", {**given, **window})
    counted = f"SELECT count(*) FROM (SELECT 1 {source} LIMIT %(most)s) AS counted"
    [(count,)] = _fetched(counted, {**given, "most": COUNTED_EVENTS})
    seen = offset + len(rows) if rows else 0
    return EventPage([EventRecord(*row) for row in rows[:limit]], max(count, seen), len(rows) > limit)


def event_by_transaction_id(organization_id: UUID, transaction_id: str) -> EventRecord | None:
    """An event of this transaction; subscriptions may share the id, then it is any of theirs (3-V4)."""
    rows = _fetched(_ONE, [organization_id, transaction_id])
    return EventRecord(*rows[0]) if rows else None


def _source(organization_id: UUID, wanted: EventFilter) -> tuple[str, dict[str, Any]]:
    given: dict[str, Any] = {
        "code": wanted.code,
        "timestamp_from": wanted.timestamp_from and to_microseconds(wanted.timestamp_from),
        "timestamp_to": wanted.timestamp_to and to_microseconds(wanted.timestamp_to),
    }
    conditions = "".join(f" AND {_CONDITIONS[name]}" for name, value in given.items() if value is not None)
    template = _OF_ORGANIZATION if wanted.external_subscription_id is None else _OF_STREAM
    identity = {"organization_id": organization_id, "external_subscription_id": wanted.external_subscription_id}
    return template.format(conditions=conditions), {**identity, **given}


def _fetched(statement: str, parameters: Mapping[str, Any] | list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
