"""Numbers for the strings that events name: streams and codes, given at first sight.

A number never changes, so every process remembers the ones it has seen.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db import connection, transaction

from usage.ingest.event import EventRow, IngestedEvent


class Interner:
    """The numbers of an organization's texts. ``select`` and ``insert`` take both and give rows of text and number."""

    MOST_REMEMBERED = 1_000_000

    def __init__(self, *, select: str, insert: str) -> None:
        self._select, self._insert = select, insert
        self._known: dict[UUID, dict[str, int]] = defaultdict(dict)

    def numbers(self, organization_id: UUID, texts: Iterable[str]) -> Mapping[str, int]:
        """At least the numbers of ``texts``: in no statement at all when all are known, else in one to three."""
        known = self._known[organization_id]
        missing = sorted(set(texts).difference(known))
        if not missing:
            return known
        fresh: dict[str, int] = {}
        # A row that another process inserts meanwhile is seen only by a new look.
        for statement in (self._select, self._insert, self._select):
            if missing:
                fresh |= _rows(statement, organization_id, missing)
                missing = [text for text in missing if text not in fresh]
        # What a transaction inserted exists only once that has committed.
        transaction.on_commit(lambda: self._remember(organization_id, fresh))
        return {**known, **fresh}

    def _remember(self, organization_id: UUID, fresh: Mapping[str, int]) -> None:
        if sum(map(len, self._known.values())) > self.MOST_REMEMBERED:
            self._known.clear()
        self._known[organization_id].update(fresh)


streams = Interner(
    select="""SELECT external_subscription_id, id FROM usage_stream
        WHERE organization_id = %s AND external_subscription_id = ANY(%s)""",
    insert="""INSERT INTO usage_stream (organization_id, external_subscription_id) SELECT %s, unnest(%s::text[])
        ON CONFLICT DO NOTHING RETURNING external_subscription_id, id""",
)
codes = Interner(
    select="SELECT code, id FROM usage_code WHERE organization_id = %s AND code = ANY(%s)",
    insert="""INSERT INTO usage_code (organization_id, code, field_name, keeps_values, dimension_keys)
        SELECT %s, unnest(%s::text[]), '', false, '{}'
        ON CONFLICT DO NOTHING RETURNING code, id""",
)


def resolve(organization_id: UUID, events: Sequence[IngestedEvent]) -> list[EventRow]:
    """The events with their numbers, in their order."""
    stream_of = streams.numbers(organization_id, [event.external_subscription_id for event in events])
    code_of = codes.numbers(organization_id, [event.code for event in events])
    return [
        EventRow(
            stream_of[event.external_subscription_id],
            event.transaction_id,
            code_of[event.code],
            event.timestamp,
            event.precise_total_amount_cents,
            event.properties,
        )
        for event in events
    ]


def _rows(statement: str, organization_id: UUID, texts: Sequence[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [organization_id, list(texts)])
        return dict(cursor.fetchall())
