"""Numbers for the strings that events name: streams and codes, given at first sight.

A number never changes, so every process remembers the ones it has seen.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection, transaction

from usage.ingest.event import EventRow, IngestedEvent

Key = tuple[UUID, str]


class Interner:
    """The numbers of texts of organizations; ``select`` and ``insert`` give rows of organization, text and number."""

    MOST_REMEMBERED = 1_000_000

    def __init__(self, *, select: str, insert: str) -> None:
        self._select, self._insert = select, insert
        self._known: dict[Key, int] = {}

    def numbers(self, keys: Iterable[Key]) -> dict[Key, int]:
        """The number of each key, in no statement at all when all are known, else in one to three."""
        wanted = set(keys)
        found = {key: self._known[key] for key in wanted if key in self._known}
        missing = sorted(wanted - found.keys())
        # A row that another process inserts meanwhile is seen only by a new look.
        for statement in (self._select, self._insert, self._select):
            if missing:
                found |= self._remembered(_rows(statement, missing))
                missing = [key for key in missing if key not in found]
        return found

    def _remembered(self, fresh: dict[Key, int]) -> dict[Key, int]:
        # What a transaction inserted exists only once that has committed.
        transaction.on_commit(lambda: self._remember(fresh))
        return fresh

    def _remember(self, fresh: dict[Key, int]) -> None:
        if len(self._known) > self.MOST_REMEMBERED:
            self._known.clear()
        self._known.update(fresh)


_WANTED = "unnest(%s::uuid[], %s::text[]) AS wanted (organization_id, name)"

streams = Interner(
    select=f"""SELECT organization_id, external_subscription_id, id FROM usage_stream
        JOIN {_WANTED} USING (organization_id) WHERE external_subscription_id = name""",
    insert=f"""INSERT INTO usage_stream (organization_id, external_subscription_id)
        SELECT organization_id, name FROM {_WANTED}
        ON CONFLICT DO NOTHING RETURNING organization_id, external_subscription_id, id""",
)
codes = Interner(
    select=f"""SELECT organization_id, code, id FROM usage_code
        JOIN {_WANTED} USING (organization_id) WHERE code = name""",
    insert=f"""INSERT INTO usage_code (organization_id, code, field_name, keeps_values, dimension_keys)
        SELECT organization_id, name, '', false, '{{}}' FROM {_WANTED}
        ON CONFLICT DO NOTHING RETURNING organization_id, code, id""",
)


def resolve(organization_id: UUID, events: Sequence[IngestedEvent]) -> list[EventRow]:
    """The events with their numbers, in their order."""
    stream_of = streams.numbers((organization_id, event.external_subscription_id) for event in events)
    code_of = codes.numbers((organization_id, event.code) for event in events)
    return [
        EventRow(
            stream_of[organization_id, event.external_subscription_id],
            event.transaction_id,
            code_of[organization_id, event.code],
            event.timestamp,
            event.precise_total_amount_cents,
            event.properties,
        )
        for event in events
    ]


def _rows(statement: str, keys: Sequence[Key]) -> dict[Key, int]:
    organization_ids, names = zip(*keys, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(organization_ids), list(names)])
        return {(organization_id, name): number for organization_id, name, number in cursor.fetchall()}
