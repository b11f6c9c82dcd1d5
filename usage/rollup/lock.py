"""Who may change buckets: one roller at a time, and none while a reader needs several statements to agree."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from billing_site.kernel.locks import name_number
from usage.queries.epoch import current_epoch

_ROLLER = name_number("usage roller")


def hold_roller_lock() -> None:
    """Be the only roller until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ROLLER])


@contextmanager
def steady_epoch() -> Iterator[int]:
    """Keep the roller waiting, and give the epoch that all statements inside read.

    ``gather_usage(…, pending=False)`` then reads exactly the events up to this epoch, in as many statements as it
    takes. PostgreSQL queues the lock fairly, so that overlapping readers cannot starve the roller.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(%s)", [_ROLLER])
        try:
            yield current_epoch()
        finally:
            cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [_ROLLER])
