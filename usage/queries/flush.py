"""The events of one flush, measured: what arrived together."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from django.db import connection

from usage.aggregation import EventValue
from usage.measure import MEASURED
from usage.queries.gather import event_value


class FlushedEvent(NamedTuple):
    """``dimension`` are the values of the properties that charges filter or group by."""

    external_subscription_id: str
    code: str
    transaction_id: str
    dimension: Mapping[str, str | None]
    value: EventValue


_STATEMENT = f"""
    SELECT s.external_subscription_id, c.code, e.transaction_id, m.dimension,
        m.timestamp, m.arrival, m.number, m.text, m.removes, m.precise_total_amount_cents
    FROM usage_event e
    JOIN usage_code c ON c.id = e.code_id
    JOIN usage_stream s ON s.id = e.stream_id
    CROSS JOIN LATERAL (SELECT {MEASURED}) m
    WHERE e.flush_id = %s AND c.code = ANY(%s)
    ORDER BY m.timestamp, m.arrival"""


def events_of_flush(flush_id: int, codes: Collection[str]) -> list[FlushedEvent]:
    """Those of ``codes``, in order of time, then of arrival."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, [flush_id, list(codes)])
        return [_flushed(row) for row in cursor.fetchall()]


def _flushed(row: tuple[Any, ...]) -> FlushedEvent:
    external_subscription_id, code, transaction_id, dimension, *measured = row
    return FlushedEvent(external_subscription_id, code, transaction_id, dimension, event_value(*measured))
