"""Receive events: one, or a batch that is stored whole or not at all."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import DataError

from billing_site.kernel.errors import ValidationFailed
from customers.models import Organization
from usage.ingest import (
    Computed,
    Errors,
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


class Sent(NamedTuple):
    """The checked events of one request."""

    organization_id: UUID
    events: Sequence[IngestedEvent]


def ingest_event(*, organization: Organization, body: bytes, at: datetime) -> IngestedEvent:
    """Store the event of ``{"event": {...}}``; nothing needs to exist yet (3-V1).

    Raises ``BadRequest``, and ``ValidationFailed`` keyed by field: ``value_already_exist`` for a repeated one (V3),
    ``event: invalid_event`` where its metric's expression has no value for it (C12).
    """
    [stored] = store_events([Sent(organization.id, [decode_single(body, at=at)])], at=at)
    if stored.refused:
        raise refused_event(stored.refused)
    return stored.events[0]


def ingest_batch(*, organization: Organization, body: bytes, at: datetime) -> list[IngestedEvent]:
    """Store the events of ``{"events": [...]}``, all or none. Raises as ``ingest_event``, keyed by index and field."""
    [stored] = store_events([Sent(organization.id, decode_batch(body, at=at))], at=at)
    if stored.refused:
        raise refused_batch(stored.refused)
    return stored.events


def refused_event(refused: Mapping[int, Errors]) -> ValidationFailed:
    return ValidationFailed(refused[0])


def refused_batch(refused: Mapping[int, Errors]) -> ValidationFailed:
    return ValidationFailed({str(position): errors for position, errors in refused.items()})


def store_events(sent: Sequence[Sent], *, at: datetime) -> list[Computed]:
    """Store what one or many requests sent, in one transaction: each request's events all, or none.

    Returns for each request its events as they are kept, or, by position, why it was refused. The number of
    statements depends neither on the requests nor on the events.
    """
    by_code = computations({each.organization_id for each in sent})
    outcomes = [compute(each.events, by_code[each.organization_id]) for each in sent]
    _store(sent, outcomes, at)
    return outcomes


def _store(sent: Sequence[Sent], outcomes: list[Computed], at: datetime) -> None:
    """Write what is not refused; what the table refuses is marked so."""
    numbers = [number for number, outcome in enumerate(outcomes) if not outcome.refused]
    if not numbers:
        return
    rows = resolve([(sent[number].organization_id, outcomes[number].events) for number in numbers])
    submissions = [Submission(sent[number].organization_id, at, own) for number, own in zip(numbers, rows, strict=True)]
    try:
        duplicates = flush(submissions)
    except DataError:
        if not _refuse_unstorable(outcomes):
            raise
        _store(sent, outcomes, at)
    else:
        for number, found in zip(numbers, duplicates, strict=True):
            outcomes[number].refused.update(dict.fromkeys(found, ALREADY_EXISTS))


def _refuse_unstorable(outcomes: Sequence[Computed]) -> bool:
    """A number beyond jsonb's bounds: too rare to look for it in every event. Whether there were any."""
    found_any = False
    for outcome in outcomes:
        if not outcome.refused:
            found = [position for position, event in enumerate(outcome.events) if not is_storable(event.properties)]
            outcome.refused.update(dict.fromkeys(found, NOT_STORABLE))
            found_any = found_any or bool(found)
    return found_any
