"""Look at events without storing them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from billing_site.kernel.errors import NotFound, ValidationFailed
from customers.models import Organization
from usage.aggregation import AggregationType
from usage.ingest import (
    IngestedEvent,
    computations,
    compute,
    decode_hypothetical,
    decode_hypothetical_batch,
    is_storable,
    json_object,
    measured,
)
from usage.models import BillableMetric
from usage.queries import FlushedEvent, billable_metrics
from usage.services.event import NOT_STORABLE

_OF_NUMBERS = frozenset(
    {AggregationType.SUM, AggregationType.MAX, AggregationType.LATEST, AggregationType.WEIGHTED_SUM}
)
Errors = dict[str, list[str]]
NOT_A_NUMBER: Errors = {"properties": ["value_is_not_valid_number"]}


def hypothetical_event(*, organization: Organization, body: bytes, at: datetime) -> FlushedEvent:
    """The event of ``{"event": {...}}`` as its metric would measure it; its expression is applied (C12).

    Raises ``BadRequest``, ``NotFound`` for an unknown metric, and ``ValidationFailed``: ``properties:
    value_is_not_valid_number`` where a metric of numbers finds none.
    """
    events, refused = _examined(organization, [decode_hypothetical(body, at=at)])
    if refused:
        raise ValidationFailed(refused[0])
    return events[0]


def hypothetical_batch(*, organization: Organization, body: bytes, at: datetime) -> list[FlushedEvent]:
    """The events of ``{"events": [...]}``. Raises as ``hypothetical_event``, keyed by index and field."""
    events, refused = _examined(organization, decode_hypothetical_batch(body, at=at))
    if refused:
        raise ValidationFailed({str(position): errors for position, errors in refused.items()})
    return events


def _examined(
    organization: Organization, sent: Sequence[IngestedEvent]
) -> tuple[list[FlushedEvent], Mapping[int, Errors]]:
    """The events as measured, or by position why they cannot be."""
    codes = {event.code for event in sent}
    metrics = {metric.code: metric for metric in billable_metrics(organization).filter(code__in=codes)}
    if codes - metrics.keys():
        raise NotFound("billable_metric")
    unstorable = [position for position, event in enumerate(sent) if not is_storable(event.properties)]
    computed = compute(sent, computations([organization.id])[organization.id])
    if unstorable or computed.refused:
        return [], {**dict.fromkeys(unstorable, NOT_STORABLE), **computed.refused}
    events = measured(organization.id, computed.events)
    both = enumerate(zip(computed.events, events, strict=True))
    numberless = [position for position, (event, seen) in both if _has_no_number(metrics[event.code], event, seen)]
    return events, dict.fromkeys(numberless, NOT_A_NUMBER)


def _has_no_number(metric: BillableMetric, event: IngestedEvent, seen: FlushedEvent) -> bool:
    """Nothing at all is no usage; something that is no number is a mistake."""
    if metric.aggregation_type not in _OF_NUMBERS or seen.value.value is not None:
        return False
    return json_object(event.properties).get(metric.field_name) is not None
