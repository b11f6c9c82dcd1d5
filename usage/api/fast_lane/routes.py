"""The two paths of the fast lane: how their bodies are read and how they are answered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from billing_site.kernel.errors import ValidationFailed
from usage.ingest import Errors, IngestedEvent, decode_batch, decode_single
from usage.services.event import refused_batch, refused_event
from usage.wire.event import event_json, events_json, received


@dataclass(frozen=True)
class Route:
    """``allow`` are the methods that the path has, the others being Django's."""

    allow: bytes
    decode: Callable[[bytes, datetime], list[IngestedEvent]]
    answer: Callable[[Sequence[IngestedEvent], UUID, datetime], bytes]
    refusal: Callable[[Mapping[int, Errors]], ValidationFailed]


def _decoded_event(body: bytes, at: datetime) -> list[IngestedEvent]:
    return [decode_single(body, at=at)]


def _decoded_batch(body: bytes, at: datetime) -> list[IngestedEvent]:
    return decode_batch(body, at=at)


def _event_answer(events: Sequence[IngestedEvent], organization_id: UUID, at: datetime) -> bytes:
    return event_json(received(events[:1], organization_id, at)[0])


def _batch_answer(events: Sequence[IngestedEvent], organization_id: UUID, at: datetime) -> bytes:
    return events_json(received(events, organization_id, at))


ROUTES = {
    "/api/v1/events": Route(b"GET, POST, HEAD, OPTIONS", _decoded_event, _event_answer, refused_event),
    "/api/v1/events/batch": Route(b"POST, OPTIONS", _decoded_batch, _batch_answer, refused_batch),
}
