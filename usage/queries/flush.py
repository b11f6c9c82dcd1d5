"""The events of one flush, measured: what arrived together."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from usage.aggregation import EventValue, Operation
from usage.measure import MEASURED
from usage.models import from_microseconds


class FlushedEvent(NamedTuple):
    """``dimension`` are the values of the properties that charges filter or group by."""

    external_subscription_id: str
    code: str
    transaction_id: str
    dimension: Mapping[str, str | None]
    value: EventValue


_STATEMENT = f"""
    SELECT s.external_subscription_id, c.code, e.transaction_id, m.*
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
        return [_event(*row) for row in cursor.fetchall()]


def _event(
    external_subscription_id: str,
    code: str,
    transaction_id: str,
    number: Decimal | None,
    text: str | None,
    removes: bool,
    dimension: Mapping[str, str | None],
    timestamp: int,
    arrival: int,
    precise_total_amount_cents: Decimal | None,
) -> FlushedEvent:
    value = EventValue(
        timestamp=from_microseconds(timestamp),
        sequence=arrival,
        value=number,
        text=text,
        operation=Operation.REMOVE if removes else Operation.ADD,
        precise_total_amount_cents=precise_total_amount_cents or Decimal(0),
    )
    return FlushedEvent(external_subscription_id, code, transaction_id, dimension, value)
