"""Entries of the journal as rows, written with COPY."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from billing_site.kernel.copy import copy_rows
from billing_site.kernel.ids import uuid7
from invoices.billing.books import closed_until
from invoices.journal import Lines
from invoices.models import JournalDocument, JournalEntry, JournalEvent, JournalLine

_ENTRY_COLUMNS = (
    *("id", "created_at", "organization_id", "billing_entity_id", "customer_id"),
    *("document", "document_id", "event", "occurrence", "date", "currency"),
)
_LINE_COLUMNS = ("entry_id", "position", "account", "amount_cents", "plan_id", "item_kind", "item_id", "item_code")


@dataclass(frozen=True, slots=True)
class Books:
    """Whose accounts an entry is in: of one billing entity and currency, about one customer."""

    organization_id: UUID
    billing_entity_id: UUID
    customer_id: UUID
    currency: str


@dataclass(frozen=True, slots=True)
class Posting:
    """One event of one document as balanced lines, dated on a civil day."""

    books: Books
    document: JournalDocument
    document_id: UUID
    event: JournalEvent
    date: date
    lines: Lines
    occurrence: int = 1
    id: UUID = field(default_factory=uuid7)


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
        *(posting.id, at, books.organization_id, books.billing_entity_id, books.customer_id),
        *(posting.document, posting.document_id, posting.event, posting.occurrence, day, books.currency),
    )


def _line_rows(posting: Posting) -> Iterator[tuple[Any, ...]]:
    for position, (account, cents, subject) in enumerate(posting.lines, start=1):
        kind, item_id, code, plan_id = subject
        yield posting.id, position, account, cents, plan_id, kind, item_id, code
