"""Events on the wire, as bytes: ``properties`` and amounts appear digit by digit as they were sent."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypedDict
from uuid import UUID

import msgspec

from billing_site.kernel.api.wire import decimal_string, instant
from usage.ingest import IngestedEvent, event_id
from usage.models import from_microseconds
from usage.queries import EventRecord

MINUTE = 60_000_000  # microseconds


class EventWire(TypedDict):
    lago_id: str
    transaction_id: str
    lago_customer_id: str | None
    lago_subscription_id: str | None
    external_subscription_id: str
    code: str
    timestamp: str | None
    precise_total_amount_cents: str | None
    properties: dict[str, Any]
    created_at: str | None


def event_json(event: EventRecord) -> bytes:
    return msgspec.json.encode({"event": event_object(event)})


def events_json(events: Iterable[EventRecord], meta: Mapping[str, int | None] | None = None) -> bytes:
    body: dict[str, Any] = {"events": [event_object(event) for event in events]}
    return msgspec.json.encode(body if meta is None else {**body, "meta": meta})


def received(event: IngestedEvent, organization_id: UUID, created_at: datetime) -> EventRecord:
    """A new event as the table will give it."""
    amount = event.precise_total_amount_cents
    return EventRecord(
        organization_id,
        event.transaction_id,
        event.external_subscription_id,
        event.code,
        event.timestamp,
        None if amount is None else Decimal(amount),
        event.properties.decode(),
        created_at,
    )


def event_object(event: EventRecord) -> dict[str, Any]:
    """For msgspec, which writes ``properties`` as they are. Customer and subscription are not known then (3-V2)."""
    return {
        "lago_id": event_id(event.organization_id, event.external_subscription_id, event.transaction_id),
        "transaction_id": event.transaction_id,
        "lago_customer_id": None,
        "lago_subscription_id": None,
        "external_subscription_id": event.external_subscription_id,
        "code": event.code,
        "timestamp": _timestamp(event.timestamp),
        "precise_total_amount_cents": decimal_string(event.precise_total_amount_cents),
        "properties": msgspec.Raw(event.properties.encode()),
        "created_at": _received_at(event.created_at),
    }


def _timestamp(microseconds: int) -> str:
    """As ``kernel.api.wire.instant_ms``, but formatting a thousand dates costs more than storing a thousand events."""
    minute, rest = divmod(microseconds, MINUTE)
    seconds, fraction = divmod(rest, 1_000_000)
    return f"{_minute(minute)}{seconds:02d}.{fraction // 1000:03d}Z"


@lru_cache(maxsize=8192)
def _minute(number: int) -> str:
    return f"{from_microseconds(number * MINUTE):%Y-%m-%dT%H:%M:}"


# What came together was received at the same instant.
_received_at = lru_cache(maxsize=1024)(instant)
