"""Rolling: pending flushes get an epoch and their events go into the buckets, in one statement.

So in every snapshot a flush is either pending or in the buckets, never both, never neither; no high-water mark could
say that, since a flush with a lower number may commit later.
"""

from typing import NamedTuple

from django.db import connection, transaction

from billing_site.kernel.rehearsal import is_rehearsal
from usage.measure import MEASURED
from usage.rollup.fold import fold_statement
from usage.rollup.lock import hold_roller_lock
from usage.rollup.rebuild import rebuild_buckets

# Bound the memory of one statement; the fast lane's flushes have many thousands of events.
FLUSHES_AT_ONCE = 2_000
EVENTS_AT_ONCE = 200_000

_ROLLED = """rolled AS (
    UPDATE usage_flush SET epoch = (SELECT coalesce(max(epoch), 0) + 1 FROM usage_flush)
    WHERE id = ANY (ARRAY(
        SELECT id FROM (
            SELECT id, sum(events_count) OVER (ORDER BY id) - events_count AS events_before
            FROM usage_flush WHERE epoch IS NULL ORDER BY id LIMIT %s) oldest
        WHERE events_before < %s))
    RETURNING id, epoch, events_count
),"""
_EVENTS_OF_ROLLED = f"""
    SELECT e.stream_id, e.code_id, {MEASURED}
    FROM rolled JOIN usage_event e ON e.flush_id = rolled.id JOIN usage_code c ON c.id = e.code_id
    WHERE c.built_version = c.version"""
_ROLL = fold_statement(
    _EVENTS_OF_ROLLED,
    before=_ROLLED,
    result="SELECT max(epoch), count(*), coalesce(sum(events_count), 0) FROM rolled",
)


class Roll(NamedTuple):
    """What one roll did; ``epoch`` is None when nothing was pending."""

    epoch: int | None
    flushes_count: int
    events_count: int

    @property
    def is_full(self) -> bool:
        return self.flushes_count == FLUSHES_AT_ONCE or self.events_count >= EVENTS_AT_ONCE


def roll() -> Roll:
    """Fold all that is pending into the buckets, and rebuild those whose metric has changed.

    Waits for another roller. Returns the last epoch and the totals. Call it outside a long transaction: nobody else
    can roll until that ends.
    """
    total = Roll(None, 0, 0)
    # Nobody else could roll until its end, and it would be undone: whoever rehearses has rolled before.
    if is_rehearsal():
        return total
    while (step := _roll_some()).flushes_count:
        total = Roll(step.epoch, total.flushes_count + step.flushes_count, total.events_count + step.events_count)
        if not step.is_full:
            break
    rebuild_buckets()
    return total


@transaction.atomic
def _roll_some() -> Roll:
    hold_roller_lock()
    with connection.cursor() as cursor:
        cursor.execute(_ROLL, [FLUSHES_AT_ONCE, EVENTS_AT_ONCE])
        return Roll(*cursor.fetchone())
