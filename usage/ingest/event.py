"""An event on its way into the table: decoded and checked, its texts not yet numbers."""

import hashlib
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

MOST_EVENTS = 1_000
# The 17th digit of a UUID keeps two bits of the hash and says which kind of UUID it is.
_VARIANT = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}


class IngestedEvent(msgspec.Struct, frozen=True, gc=False):
    """``timestamp`` counts microseconds since 1970; ``precise_total_amount_cents`` and ``properties`` are as sent.

    ``properties`` is JSON text that never went through Python's numbers, so no digit can be lost.
    """

    transaction_id: str
    external_subscription_id: str
    code: str
    timestamp: int
    precise_total_amount_cents: str | None
    properties: bytes

    @property
    def key(self) -> tuple[str, str]:
        return self.external_subscription_id, self.transaction_id


class EventRow(msgspec.Struct, frozen=True, gc=False):
    """An event with its numbers."""

    stream_id: int
    transaction_id: str
    code_id: int
    timestamp: int
    precise_total_amount_cents: str | None
    properties: bytes


def event_id(organization: bytes, external_subscription_id: str, transaction_id: str) -> str:
    """The ``lago_id`` of an event, which has no number of its own: always the same for the same key.

    It is ``uuid5(organization_id, key)``, without making two objects for each event of an answer; ``organization`` are
    the bytes of that id.
    """
    key = f"{external_subscription_id}\0{transaction_id}".encode()
    digits = hashlib.sha1(organization + key, usedforsecurity=False).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{_VARIANT[digits[16]]}{digits[17:20]}-{digits[20:32]}"


class Submission(NamedTuple):
    """The events of one request: all of them are stored, or none."""

    organization_id: UUID
    created_at: datetime
    rows: list[EventRow]


class StoredFlush(NamedTuple):
    """The events that an organization's requests brought in one transaction; a row's index is its position."""

    id: int
    organization_id: UUID
    created_at: datetime
    rows: list[EventRow]
