"""The way of an event into the table: decode → resolve → flush. Whoever listens for events uses these three."""

from usage.ingest.decode import decode_batch, decode_single
from usage.ingest.event import EventRow, IngestedEvent, StoredFlush, Submission, event_id
from usage.ingest.fields import is_storable
from usage.ingest.flush import flush
from usage.ingest.resolve import codes, resolve, streams

__all__ = [
    "EventRow",
    "IngestedEvent",
    "StoredFlush",
    "Submission",
    "codes",
    "decode_batch",
    "decode_single",
    "event_id",
    "flush",
    "is_storable",
    "resolve",
    "streams",
]
