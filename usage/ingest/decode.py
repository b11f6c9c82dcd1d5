"""From the bytes of a request to checked events.

The body is decoded once, ``properties`` and numbers stay the text that they are. What the table cannot hold is refused
here with Lago's codes: one event's errors are keyed by field, a batch's by index and field (V2, 3-V1).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from billing_site.kernel.errors import BadRequest, ValidationFailed
from billing_site.kernel.ids import uuid7
from usage.ingest import fields
from usage.ingest.event import MOST_EVENTS, IngestedEvent
from usage.ingest.fields import ABSENT, NONSENSE, GivenText, Refused
from usage.models import to_microseconds

Root = TypeVar("Root")
Errors = dict[str, list[str]]


class Incoming(msgspec.Struct, gc=False):
    transaction_id: str | int | None = None
    external_subscription_id: str | int | None = None
    code: str | int | None = None
    timestamp: msgspec.Raw = ABSENT
    precise_total_amount_cents: msgspec.Raw = ABSENT
    properties: msgspec.Raw = ABSENT


class _Single(msgspec.Struct):
    event: Incoming | None = None


class _Batch(msgspec.Struct):
    events: list[Incoming] | None = None


_single = msgspec.json.Decoder(_Single)
_batch = msgspec.json.Decoder(_Batch)
_loosely = msgspec.json.Decoder(dict[str, msgspec.Raw])


def decode_single(body: bytes, *, at: datetime) -> IngestedEvent:
    """The event of ``{"event": {...}}``; ``at`` is the timestamp of an event without one.

    Raises ``BadRequest`` and ``ValidationFailed``.
    """
    return _good(_single_event(body), at)


def decode_hypothetical(body: bytes, *, at: datetime) -> IngestedEvent:
    """As ``decode_single``, of an event that is not going to be stored and may lack its transaction id."""
    return _good(_named(_single_event(body)), at)


def decode_batch(body: bytes, *, at: datetime) -> list[IngestedEvent]:
    """The events of ``{"events": [...]}``, all of them good. Raises ``BadRequest`` and ``ValidationFailed``."""
    return _all_good(_batch_events(body), to_microseconds(at))


def decode_hypothetical_batch(body: bytes, *, at: datetime) -> list[IngestedEvent]:
    """As ``decode_batch``, of events that are not going to be stored and may lack their transaction ids."""
    return _all_good([event and _named(event) for event in _batch_events(body)], to_microseconds(at))


def _single_event(body: bytes) -> Incoming:
    try:
        incoming = _decoded(_single, body).event
    except msgspec.ValidationError:
        incoming = _loose_event(_root(body, "event"))
    if incoming is None:
        raise BadRequest.missing_root("event")
    return incoming


def _batch_events(body: bytes) -> Sequence[Incoming | None]:
    try:
        batch: Sequence[Incoming | None] | None = _decoded(_batch, body).events
    except msgspec.ValidationError:
        batch = _loose_events(_root(body, "events"))
    if not batch:
        raise ValidationFailed(events=["no_events"])
    if len(batch) > MOST_EVENTS:
        raise ValidationFailed(events=["too_many_events"])
    return batch


def _named(incoming: Incoming) -> Incoming:
    if incoming.transaction_id in (None, ""):
        incoming.transaction_id = str(uuid7())
    return incoming


def _good(incoming: Incoming, at: datetime) -> IngestedEvent:
    event = _read(incoming, to_microseconds(at))
    if isinstance(event, dict):
        raise ValidationFailed(event)
    return event


def _all_good(batch: Sequence[Incoming | None], now: int) -> list[IngestedEvent]:
    read = [_read(incoming, now) for incoming in batch]
    events = [event for event in read if type(event) is IngestedEvent]
    errors: dict[str, Errors] = {}
    if len(events) < len(read):
        errors = {str(index): event for index, event in enumerate(read) if isinstance(event, dict)}
    elif len({(event.external_subscription_id, event.transaction_id) for event in events}) < len(events):
        errors = _repeated(events)
    if errors:
        raise ValidationFailed(errors)
    return events


def _repeated(events: Sequence[IngestedEvent]) -> dict[str, Errors]:
    """Every event but the first of a key is a duplicate (3-V3)."""
    first = {event.key: index for index, event in reversed(list(enumerate(events)))}
    return {
        str(index): {"transaction_id": ["value_already_exist"]}
        for index, event in enumerate(events)
        if first[event.key] != index
    }


def _read(incoming: Incoming | None, now: int) -> IngestedEvent | Errors:
    if incoming is None:
        return {"base": ["value_is_invalid"]}
    try:
        return IngestedEvent(
            fields.mandatory_text(incoming.transaction_id),
            fields.optional_text(incoming.external_subscription_id),
            fields.mandatory_text(incoming.code),
            fields.timestamp(incoming.timestamp, now),
            fields.precise_amount(incoming.precise_total_amount_cents),
            fields.properties(incoming.properties),
        )
    except Refused:
        return _errors(incoming, now)


def _errors(incoming: Incoming, now: int) -> Errors:
    """All of them, field by field: only a refused event pays for that."""
    readers: dict[str, Callable[[Any], object]] = {
        "transaction_id": fields.mandatory_text,
        "external_subscription_id": fields.optional_text,
        "code": fields.mandatory_text,
        "timestamp": lambda raw: fields.timestamp(raw, now),
        "precise_total_amount_cents": fields.precise_amount,
        "properties": fields.properties,
    }
    errors: Errors = {}
    for name, reader in readers.items():
        try:
            reader(getattr(incoming, name))
        except Refused as refusal:
            errors[name] = [str(refusal)]
    return errors


def _decoded(decoder: msgspec.json.Decoder[Root], body: bytes) -> Root:
    try:
        decoded = decoder.decode(body)
        # Raw parts are not looked into by the decoder.
        body.decode()
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError) as malformed:
        raise BadRequest("the body is not JSON") from malformed
    except RecursionError as too_deep:
        raise BadRequest("the body is nested too deeply") from too_deep
    return decoded


def _root(body: bytes, root: str) -> msgspec.Raw:
    try:
        return _decoded(_loosely, body)[root]
    except (msgspec.ValidationError, KeyError) as missing:
        raise BadRequest.missing_root(root) from missing


def _loose_events(raw: msgspec.Raw) -> list[Incoming | None]:
    try:
        return [_loose_event(item) for item in msgspec.json.decode(raw, type=list[msgspec.Raw])]
    except msgspec.ValidationError as not_a_list:
        raise BadRequest.missing_root("events") from not_a_list


def _loose_event(raw: msgspec.Raw) -> Incoming | None:
    """An event some of whose texts have a type that they cannot have; None if it is no object."""
    try:
        given = _loosely.decode(raw)
    except msgspec.ValidationError:
        return None
    texts = {
        name: _loose_text(given.get(name, ABSENT)) for name in ("transaction_id", "external_subscription_id", "code")
    }
    others = {name: given.get(name, ABSENT) for name in ("timestamp", "precise_total_amount_cents", "properties")}
    return Incoming(**texts, **others)  # type: ignore[arg-type]


def _loose_text(raw: msgspec.Raw) -> GivenText:
    try:
        return msgspec.json.decode(raw, type=str | int | None)
    except msgspec.ValidationError:
        return NONSENSE
