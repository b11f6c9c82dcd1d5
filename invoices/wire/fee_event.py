"""The events behind a fee, as JSON pages and as CSV. An extension of the reference system's API."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from billing_site.kernel.api.wire import decimal_string
from invoices.billing.explanation import FeeEvent
from usage.queries import EventPlace
from usage.wire.event import event_object

COLUMNS = (
    *("transaction_id", "external_subscription_id", "code", "timestamp", "value", "units"),
    *("counted", "reason", "carried", "properties", "created_at"),
)


def fee_events_json(events: Sequence[FeeEvent], *, next_cursor: str | None) -> bytes:
    shown = [_wire(each) for each in events]
    return msgspec.json.encode({"events": shown, "meta": {"next_cursor": next_cursor}})


def fee_events_csv(events: Iterable[FeeEvent]) -> Iterator[str]:
    """Line by line, so that any number of events can be sent."""
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for each in events:
        shown = _wire(each)
        shown["properties"] = each.event.record.properties
        yield writer.writerow([_cell(shown[column]) for column in COLUMNS])


def cursor_of(event: FeeEvent) -> str:
    return f"{event.place.timestamp}-{event.place.arrival}"


def place_of(cursor: str) -> EventPlace | None:
    """None for what is no cursor: the list starts from the beginning."""
    timestamp, _, arrival = cursor.partition("-")
    if not (timestamp.isascii() and timestamp.isdigit() and arrival.isascii() and arrival.isdigit()):
        return None
    place = EventPlace(int(timestamp), int(arrival))
    return place if max(place) < 2**63 else None


def _wire(each: FeeEvent) -> dict[str, Any]:
    ignored = each.verdict.ignored
    return {
        **event_object(each.event.record),
        "value": each.event.property_text,
        "units": decimal_string(each.verdict.units),
        "counted": ignored is None,
        "reason": str(ignored) if ignored else None,
        "carried": each.carried,
    }


def _cell(value: Any) -> str:
    """A text that a spreadsheet would read as a formula is quoted."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdigit()


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, line: str) -> str:
        return line
