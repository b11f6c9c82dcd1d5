"""Give events the property that their metric computes: between decode, which knows no metric, and resolve (C12)."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec

from billing_site.kernel.errors import ValidationFailed
from billing_site.kernel.prepared import prepared_cursor
from usage.expression import Expression, Sample, evaluate, parse
from usage.ingest.event import IngestedEvent
from usage.ingest.fields import Refused, json_object

_raw_properties = msgspec.json.Decoder(dict[str, msgspec.Raw])
Errors = dict[str, list[str]]


class Computation(NamedTuple):
    """What becomes of the property that a metric measures."""

    field_name: str
    expression: Expression


class Computed(NamedTuple):
    """Events in their order, and by position why some were refused."""

    events: list[IngestedEvent]
    refused: dict[int, Errors]


# Asked at every flush: the ORM takes longer to write it than the database to answer it.
_COMPUTING = """SELECT organization_id, code, field_name, expression FROM usage_billablemetric
    WHERE organization_id = ANY(%s) AND expression <> '' AND field_name <> '' AND deleted_at IS NULL"""

# By code.
Computations = Mapping[str, Computation]


def computations(organization_ids: Collection[UUID]) -> Mapping[UUID, Computations]:
    """The expressions of the organizations' metrics, as they are now: in one statement, whatever was sent."""
    found: dict[UUID, dict[str, Computation]] = {organization_id: {} for organization_id in organization_ids}
    with prepared_cursor() as cursor:
        cursor.execute(_COMPUTING, [list(organization_ids)])
        for organization_id, code, field_name, expression in cursor.fetchall():
            found[organization_id][code] = Computation(field_name, parse(expression))
    return found


def compute(events: Sequence[IngestedEvent], by_code: Computations) -> Computed:
    """The events, with the measured property overwritten where a metric of their code computes it.

    Codes without a metric are taken as they are; ``refused`` has those whose property cannot be computed.
    """
    computed = Computed(list(events), {})
    for position, event in enumerate(events):
        if event.code in by_code:
            try:
                computed.events[position] = _with_result(event, by_code[event.code])
            except ValidationFailed as refusal:
                computed.refused[position] = refusal.details
            except Refused as refusal:
                computed.refused[position] = {"properties": [str(refusal)]}
    return computed


def _with_result(event: IngestedEvent, computation: Computation) -> IngestedEvent:
    sample = Sample(event.code, event.timestamp, json_object(event.properties))
    result = msgspec.Raw(msgspec.json.encode(evaluate(computation.expression, sample)))
    # The other properties stay the text that they are.
    properties = {**_raw_properties.decode(event.properties), computation.field_name: result}
    return msgspec.structs.replace(event, properties=msgspec.json.encode(properties))
