"""Events on the wire, as bytes: ``properties`` and amounts appear digit by digit as they were sent."""

from collections.abc import Mapping, Sequence
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
_encoder = msgspec.json.Encoder()


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


def event_json(event: EventWire) -> bytes:
    return _encoder.encode({"event": event})


def events_json(events: Sequence[EventWire], meta: Mapping[str, int | None] | None = None) -> bytes:
    return _encoder.encode({"events": events} if meta is None else {"events": events, "meta": meta})


def event_object(event: EventRecord) -> EventWire:
    """Of a stored event, for msgspec, which writes ``properties`` as they are."""
    owner, properties = event.organization_id.bytes, msgspec.Raw(event.properties.encode())
    return _object(owner, event, event.precise_total_amount_cents, properties, _received_at(event.created_at))


def received(events: Sequence[IngestedEvent], organization_id: UUID, created_at: datetime) -> list[EventWire]:
    """New events as the table will give them."""
    owner, received_at = organization_id.bytes, _received_at(created_at)
    return [_object(owner, event, _amount(event), msgspec.Raw(event.properties), received_at) for event in events]


def _amount(event: IngestedEvent) -> Decimal | None:
    given = event.precise_total_amount_cents
    return None if given is None else Decimal(given)


def _object(
    owner: bytes, event: EventRecord | IngestedEvent, amount: Decimal | None, properties: Any, created_at: str | None
) -> EventWire:
    """Customer and subscription are not known when an event arrives (3-V2)."""
    return {
        "lago_id": event_id(owner, event.external_subscription_id, event.transaction_id),
        "transaction_id": event.transaction_id,
        "lago_customer_id": None,
        "lago_subscription_id": None,
        "external_subscription_id": event.external_subscription_id,
        "code": event.code,
        "timestamp": _timestamp(event.timestamp),
        "precise_total_amount_cents": decimal_string(amount),
        "properties": properties,
        "created_at": created_at,
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
