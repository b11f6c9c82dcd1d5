"""Numbers for the strings that events name: streams and codes, given at first sight.

A number never changes, so every process remembers the ones it has seen.
"""

from collections import ChainMap, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db import connection, transaction

from billing_site.kernel.copy import text_array
from usage.ingest.event import EventRow, IngestedEvent

# By organization.
Texts = Mapping[UUID, set[str]]
Numbers = Mapping[UUID, Mapping[str, int]]
Events = Sequence[IngestedEvent]


class Interner:
    """The numbers of organizations' texts. ``select`` and ``insert`` give rows of organization, text and number.

    They read ``given (organization_id, text)``.
    """

    MOST_REMEMBERED = 1_000_000

    def __init__(self, *, select: str, insert: str) -> None:
        self._select, self._insert = select, insert
        self._known: dict[UUID, dict[str, int]] = defaultdict(dict)

    def numbers(self, wanted: Texts) -> Numbers:
        """At least the numbers of ``wanted``: in no statement at all when all are known, else in one to three."""
        known = {organization_id: self._known[organization_id] for organization_id in wanted}
        missing = [(owner, text) for owner, texts in wanted.items() for text in texts.difference(known[owner])]
        if not missing:
            return known
        fresh = self._fetched(missing)
        # What a transaction inserted exists only once that has committed.
        transaction.on_commit(lambda: self._remember(fresh))
        return {owner: ChainMap(fresh[owner], known[owner]) for owner in wanted}

    def _fetched(self, missing: Iterable[tuple[UUID, str]]) -> dict[UUID, dict[str, int]]:
        fresh: dict[UUID, dict[str, int]] = defaultdict(dict)
        left = sorted(missing)  # one order in all processes, so that they cannot wait for each other
        # A row that another process inserts meanwhile is seen only by a new look.
        for statement in (self._select, self._insert, self._select):
            for owner, text, number in _rows(statement, left):
                fresh[owner][text] = number
            left = [(owner, text) for owner, text in left if text not in fresh[owner]]
            if not left:
                break
        return fresh

    def _remember(self, fresh: Mapping[UUID, Mapping[str, int]]) -> None:
        if sum(map(len, self._known.values())) > self.MOST_REMEMBERED:
            self._known.clear()
        for organization_id, numbers in fresh.items():
            self._known[organization_id].update(numbers)


streams = Interner(
    select="""SELECT organization_id, external_subscription_id, id
        FROM usage_stream JOIN given USING (organization_id) WHERE external_subscription_id = text""",
    insert="""INSERT INTO usage_stream (organization_id, external_subscription_id)
        SELECT organization_id, text FROM given
        ON CONFLICT DO NOTHING RETURNING organization_id, external_subscription_id, id""",
)
codes = Interner(
    select="SELECT organization_id, code, id FROM usage_code JOIN given USING (organization_id) WHERE code = text",
    insert="""INSERT INTO usage_code (organization_id, code, field_name, keeps_values, dimension_keys)
        SELECT organization_id, text, '', false, '{}' FROM given
        ON CONFLICT DO NOTHING RETURNING organization_id, code, id""",
)
_GIVEN = "WITH given AS (SELECT * FROM unnest(%s::uuid[], %s::text[]) AS g (organization_id, text))"


def resolve(batches: Sequence[tuple[UUID, Events]]) -> list[list[EventRow]]:
    """For each organization's batch the events with their numbers, in their order."""
    named: dict[UUID, set[str]] = defaultdict(set)
    counted: dict[UUID, set[str]] = defaultdict(set)
    for organization_id, events in batches:
        named[organization_id].update([event.external_subscription_id for event in events])
        counted[organization_id].update([event.code for event in events])
    stream_of, code_of = streams.numbers(named), codes.numbers(counted)
    return [_numbered(events, stream_of[owner], code_of[owner]) for owner, events in batches]


def _numbered(events: Events, stream_of: Mapping[str, int], code_of: Mapping[str, int]) -> list[EventRow]:
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


def _rows(statement: str, texts: Sequence[tuple[UUID, str]]) -> list[tuple[UUID, str, int]]:
    owners, names = zip(*texts, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(f"{_GIVEN} {statement}", [text_array(map(str, owners)), text_array(names)])
        return cursor.fetchall()
