"""Receive events: one, or a batch that is stored whole or not at all."""

from collections.abc import Sequence
from datetime import datetime

from django.db import DataError

from billing_site.kernel.errors import ValidationFailed
from customers.models import Organization
from usage.ingest import (
    Computed,
    IngestedEvent,
    Submission,
    computations,
    compute,
    decode_batch,
    decode_single,
    flush,
    is_storable,
    resolve,
)

ALREADY_EXISTS = {"transaction_id": ["value_already_exist"]}
NOT_STORABLE = {"properties": ["value_is_invalid"]}


def ingest_event(*, organization: Organization, body: bytes, at: datetime) -> IngestedEvent:
    """Store the event of ``{"event": {...}}``; nothing needs to exist yet (3-V1).

    Raises ``BadRequest``, and ``ValidationFailed`` keyed by field: ``value_already_exist`` for a repeated one (V3),
    ``event: invalid_event`` where its metric's expression has no value for it (C12).
    """
    events, refused = _store(organization, [decode_single(body, at=at)], at)
    if refused:
        raise ValidationFailed(refused[0])
    return events[0]


def ingest_batch(*, organization: Organization, body: bytes, at: datetime) -> list[IngestedEvent]:
    """Store the events of ``{"events": [...]}``, all or none. Raises as ``ingest_event``, keyed by index and field."""
    events, refused = _store(organization, decode_batch(body, at=at), at)
    if refused:
        raise ValidationFailed({str(position): errors for position, errors in refused.items()})
    return events


def _store(organization: Organization, sent: Sequence[IngestedEvent], at: datetime) -> Computed:
    """The events as they are kept; none was stored if some were refused."""
    computed = compute(sent, computations([organization.id])[organization.id])
    if computed.refused:
        return computed
    return Computed(computed.events, _refused_by_table(organization, computed.events, at))


def _refused_by_table(
    organization: Organization, events: Sequence[IngestedEvent], at: datetime
) -> dict[int, dict[str, list[str]]]:
    """Why events were refused, by position."""
    rows = resolve(organization.id, events)
    try:
        [duplicates] = flush([Submission(organization.id, at, rows)])
    except DataError:
        # A number beyond jsonb's bounds: too rare to look for it in every event.
        unstorable = [position for position, event in enumerate(events) if not is_storable(event.properties)]
        if not unstorable:
            raise
        return dict.fromkeys(unstorable, NOT_STORABLE)
    return dict.fromkeys(duplicates, ALREADY_EXISTS)
