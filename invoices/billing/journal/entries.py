"""Entries of the journal as rows, written with COPY."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from billing_site.kernel.copy import copy_rows, shared
from billing_site.kernel.ids import uuid7
from invoices.billing.books import closed_until
from invoices.journal import Lines
from invoices.models import JournalDocument, JournalEntry, JournalEvent, JournalLine

_ENTRY_COLUMNS = (
    *("id", "created_at", "organization_id", "billing_entity_id", "currency", "date"),
    *("document", "event", "occurrence", "customer_id", "document_id"),
)
_LINE_COLUMNS = ("entry_id", "position", "amount_cents", "account", "item_kind", "item_id", "item_code", "plan_id")


class Books(msgspec.Struct, frozen=True):
    """Whose accounts an entry is in: of one billing entity and currency, about one customer."""

    organization_id: UUID
    billing_entity_id: UUID
    customer_id: UUID
    currency: str


class Posting(msgspec.Struct, frozen=True):
    """One event of one document as balanced lines, dated on a civil day."""

    books: Books
    document: JournalDocument
    document_id: UUID
    event: JournalEvent
    date: date
    lines: Lines
    occurrence: int = 1
    id: UUID = msgspec.field(default_factory=uuid7)


def post(postings: Sequence[Posting], *, at: datetime) -> None:
    """Three statements for any number of postings; those without lines are left out.

    What would be dated into closed books is dated on the first open day.

    What was posted before breaks ``journal_entry_once_per_event``, and the whole transaction with it.
    """
    written = [posting for posting in postings if posting.lines]
    if written:
        closed = closed_until({posting.books.billing_entity_id for posting in written})
        copy_rows(JournalEntry._meta.db_table, _ENTRY_COLUMNS, (_entry_row(each, closed, at) for each in written))
        copy_rows(JournalLine._meta.db_table, _LINE_COLUMNS, (row for each in written for row in _line_rows(each)))


def _entry_row(posting: Posting, closed: Mapping[UUID, date], at: datetime) -> tuple[Any, ...]:
    books = posting.books
    last = closed.get(books.billing_entity_id)
    day = posting.date if last is None else max(posting.date, last + timedelta(days=1))
    return (
        posting.id,
        shared(at, books.organization_id, books.billing_entity_id, books.currency, day),
        shared(posting.document, posting.event, posting.occurrence),
        *(books.customer_id, posting.document_id),
    )


def _line_rows(posting: Posting) -> Iterator[tuple[Any, ...]]:
    for position, (account, cents, subject) in enumerate(posting.lines, start=1):
        yield posting.id, position, cents, shared(account, *subject)
