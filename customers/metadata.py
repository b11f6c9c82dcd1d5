"""A customer's own key-value pairs, some of them shown on its invoices."""

from collections.abc import Iterable
from datetime import datetime
from typing import NotRequired, TypedDict

from billing_site.kernel.api.wire import instant
from billing_site.kernel.errors import ValidationFailed
from billing_site.kernel.ids import uuid7

MOST_ENTRIES = 5


class MetadataEntry(TypedDict):
    """As it is given: ``id`` names an entry that is there already."""

    id: NotRequired[str]
    key: str
    value: str
    display_in_invoice: NotRequired[bool]


class StoredEntry(TypedDict):
    lago_id: str
    key: str
    value: str
    display_in_invoice: bool
    created_at: str | None


def merged_metadata(stored: Iterable[StoredEntry], given: Iterable[MetadataEntry], at: datetime) -> list[StoredEntry]:
    """The given entries, with the ids and ages of those stored under the same id or key; the others are gone.

    Raises ``ValidationFailed`` beyond five entries and for a key that comes twice.
    """
    known = {name: entry for entry in stored for name in (entry["lago_id"], entry["key"])}
    merged = [merged_entry(known.get(entry.get("id", "")) or known.get(entry["key"]), entry, at) for entry in given]
    if len(merged) > MOST_ENTRIES:
        raise ValidationFailed(metadata=["invalid_count"])
    if len({entry["key"] for entry in merged}) < len(merged):
        raise ValidationFailed(metadata=["value_already_exist"])
    return merged


def merged_entry(earlier: StoredEntry | None, entry: MetadataEntry, at: datetime) -> StoredEntry:
    shown = earlier["display_in_invoice"] if earlier else False
    return {
        "lago_id": earlier["lago_id"] if earlier else str(uuid7()),
        "key": entry["key"],
        "value": entry["value"],
        "display_in_invoice": entry.get("display_in_invoice", shown),
        "created_at": earlier["created_at"] if earlier else instant(at),
    }
