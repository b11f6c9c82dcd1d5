"""Write the events of one or many requests in one transaction: each request's events all, or none.

First a plain COPY in key order, as good as always right. Only when a key was already there, the requests that repeat
one are set aside and the rest is written again. One order of keys in all flushes, so that they cannot wait for each
other; should they yet, the flush is repeated.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction
from psycopg import errors

from billing_site.kernel.copy import escaped, text_array
from billing_site.kernel.prepared import prepared_cursor
from usage.ingest.caution import Caution
from usage.ingest.event import EventRow, StoredFlush, Submission
from usage.signals import events_ingested

# A key that another flush has inserted since the look-up shows at the next attempt.
MOST_ATTEMPTS = 5

COPY = (
    "COPY usage_event (stream_id, code_id, timestamp, flush_id, position, transaction_id,"
    " precise_total_amount_cents, properties) FROM STDIN"
)
_FLUSHES = """INSERT INTO usage_flush (organization_id, created_at, events_count)
    SELECT * FROM unnest(%s::uuid[], %s::timestamptz[], %s::int[]) RETURNING organization_id, created_at, id"""
KNOWN = """SELECT e.stream_id, e.transaction_id FROM usage_event e
    JOIN unnest(%s::int[], %s::text[]) AS k (stream_id, transaction_id)
    ON e.stream_id = k.stream_id AND e.transaction_id = k.transaction_id"""
_ALONE = "LOCK TABLE usage_event IN SHARE ROW EXCLUSIVE MODE"

_NULL = r"\N"
_REPEATABLE = (errors.UniqueViolation, errors.DeadlockDetected)

Key = tuple[int, str]
Duplicates = list[int]

_caution = Caution()


def flush(submissions: Sequence[Submission]) -> list[Duplicates]:
    """Store the submissions that hold no known event. Returns for each the positions of its duplicates.

    A submission with duplicates was not stored at all. Within one submission keys differ; of two submissions that
    share a key the first that is stored has it. Raises ``DataError`` when the table cannot hold a value.
    """
    duplicates = store_plainly(submissions) if not _caution.is_advised else None
    for _ in range(MOST_ATTEMPTS - 2):
        if duplicates is None:
            duplicates = store_after_a_look(submissions)
    if duplicates is None:
        duplicates = store_alone(submissions)
    _caution.learn(any(duplicates))
    return duplicates


def store_plainly(submissions: Sequence[Submission]) -> list[Duplicates] | None:
    return _stored(submissions, _repeated(submissions, set()))


def store_after_a_look(submissions: Sequence[Submission]) -> list[Duplicates] | None:
    return _stored(submissions, _repeated(submissions, _known(submissions)))


@transaction.atomic
def store_alone(submissions: Sequence[Submission]) -> list[Duplicates]:
    """The last attempt keeps all other writers out, so that nobody can come between look and COPY again."""
    with connection.cursor() as cursor:
        cursor.execute(_ALONE)
    duplicates = _repeated(submissions, _known(submissions))
    _store(_accepted(submissions, duplicates))
    return duplicates


def _stored(submissions: Sequence[Submission], duplicates: list[Duplicates]) -> list[Duplicates] | None:
    """``duplicates``, or None if a key turned out to be there: then nothing was stored."""
    try:
        _store(_accepted(submissions, duplicates))
    except (IntegrityError, OperationalError) as failure:
        if not isinstance(failure.__cause__, _REPEATABLE):
            raise
        return None
    return duplicates


def _repeated(submissions: Sequence[Submission], known: Set[Key]) -> list[Duplicates]:
    """Of each submission the keys that are known, or stored by one before it. What is refused claims no key."""
    if len(submissions) == 1 and not known:
        return [[]]
    taken: set[Key] = set(known)
    repeated = []
    for submission in submissions:
        keys = [(row.stream_id, row.transaction_id) for row in submission.rows]
        found = [] if taken.isdisjoint(keys) else [position for position, key in enumerate(keys) if key in taken]
        if not found:
            taken.update(keys)
        repeated.append(found)
    return repeated


def _accepted(submissions: Sequence[Submission], duplicates: Sequence[Duplicates]) -> list[Submission]:
    return [submission for submission, found in zip(submissions, duplicates, strict=True) if not found]


def _known(submissions: Sequence[Submission]) -> set[Key]:
    rows = [row for submission in submissions for row in submission.rows]
    stream_ids = text_array([str(row.stream_id) for row in rows])
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [stream_ids, text_array([row.transaction_id for row in rows])])
        return set(cursor.fetchall())


@transaction.atomic
def _store(submissions: Sequence[Submission]) -> None:
    by_organization: dict[tuple[UUID, datetime], list[EventRow]] = defaultdict(list)
    for submission in submissions:
        by_organization[submission.organization_id, submission.created_at] += submission.rows
    if not by_organization:
        return
    flushes = _insert_flushes(by_organization)
    # COPY is not among the calls whose errors Django translates by itself.
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(COPY) as copy:
        copy.write(lines(flushes))
    events_ingested.send(sender=None, flushes=flushes)


def _insert_flushes(rows: Mapping[tuple[UUID, datetime], list[EventRow]]) -> list[StoredFlush]:
    organization_ids, instants = zip(*rows, strict=True)
    with prepared_cursor() as cursor:
        cursor.execute(_FLUSHES, [list(organization_ids), list(instants), [len(own) for own in rows.values()]])
        return [
            StoredFlush(flush_id, organization_id, created_at, rows[organization_id, created_at])
            for organization_id, created_at, flush_id in cursor.fetchall()
        ]


def lines(flushes: Iterable[StoredFlush]) -> bytes:
    rows = [
        (row.stream_id, row.transaction_id, flush.id, position, row)
        for flush in flushes
        for position, row in enumerate(flush.rows)
    ]
    # By their first two members, which are the key and therefore differ.
    rows.sort()
    transaction_ids = _escaped([placed[1] for placed in rows])
    properties = _escaped([placed[4].properties.decode() for placed in rows])
    return "".join(map(_line, rows, transaction_ids, properties)).encode()


def _line(placed: tuple[int, str, int, int, EventRow], transaction_id: str, properties: str) -> str:
    stream_id, _, flush_id, position, row = placed
    precise = row.precise_total_amount_cents or _NULL
    numbers = f"{stream_id}\t{row.code_id}\t{row.timestamp}\t{flush_id}\t{position}"
    return f"{numbers}\t{transaction_id}\t{precise}\t{properties}\n"


def _escaped(texts: list[str]) -> list[str]:
    """As COPY wants them. That hardly ever changes any, so one look at all of them comes first."""
    together = "\0".join(texts)
    return [escaped(text) for text in texts] if any(sign in together for sign in "\\\t\n\r") else texts
