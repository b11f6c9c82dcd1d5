"""The way of an event into the table: decode → compute → resolve → flush. Whoever listens for events uses these."""

from usage.ingest.compute import Computed, Errors, computations, compute
from usage.ingest.decode import decode_batch, decode_hypothetical, decode_hypothetical_batch, decode_single
from usage.ingest.event import EventRow, IngestedEvent, StoredFlush, Submission, event_id
from usage.ingest.fields import Refused, is_storable, json_object, timestamp
from usage.ingest.flush import flush
from usage.ingest.hypothetical import measured
from usage.ingest.resolve import codes, resolve, streams

__all__ = [
    "Computed",
    "Errors",
    "EventRow",
    "IngestedEvent",
    "Refused",
    "StoredFlush",
    "Submission",
    "codes",
    "computations",
    "compute",
    "decode_batch",
    "decode_hypothetical",
    "decode_hypothetical_batch",
    "decode_single",
    "event_id",
    "flush",
    "is_storable",
    "json_object",
    "measured",
    "resolve",
    "streams",
    "timestamp",
]
