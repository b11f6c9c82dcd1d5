"""Reads of usage: exact at any moment, in a constant number of statements for any number of requests."""

from usage.queries.billable_metrics import billable_metrics, is_attached
from usage.queries.counted import CodeEvent, EventPlace, code_events
from usage.queries.epoch import current_epoch
from usage.queries.events import EventFilter, EventPage, EventRecord, event_by_transaction_id, event_page
from usage.queries.faulty_events import FaultyEvents, faulty_events
from usage.queries.flush import FlushedEvent, events_of_flush
from usage.queries.gather import (
    BEGINNING,
    CodeEvents,
    CodeUsage,
    UsageRequest,
    events_as_of,
    gather_events,
    gather_usage,
    usage_as_of,
)
from usage.queries.streams import last_received
from usage.queries.touched import touched_subscriptions
from usage.queries.unmatched import Unmatched, unmatched_events
from usage.queries.verification import Difference, bucket_differences

__all__ = [
    "BEGINNING",
    "CodeEvent",
    "CodeEvents",
    "CodeUsage",
    "Difference",
    "EventFilter",
    "EventPage",
    "EventPlace",
    "EventRecord",
    "FaultyEvents",
    "FlushedEvent",
    "Unmatched",
    "UsageRequest",
    "billable_metrics",
    "bucket_differences",
    "code_events",
    "current_epoch",
    "event_by_transaction_id",
    "event_page",
    "events_as_of",
    "events_of_flush",
    "faulty_events",
    "gather_events",
    "gather_usage",
    "is_attached",
    "last_received",
    "touched_subscriptions",
    "unmatched_events",
    "usage_as_of",
]
