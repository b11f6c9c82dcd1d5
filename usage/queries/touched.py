"""Whose usage has changed."""

from uuid import UUID

from django.db import connection

# Beyond so many events it is cheaper to take everyone's usage for changed than to read who sent them.
MOST_EVENTS_READ = 1_000_000

_HOW_MANY = "SELECT coalesce(sum(events_count), 0) FROM usage_flush WHERE organization_id = %s AND epoch > %s"
_WHOSE = """
    SELECT DISTINCT s.external_subscription_id
    FROM usage_flush f JOIN usage_event e ON e.flush_id = f.id JOIN usage_stream s ON s.id = e.stream_id
    WHERE f.organization_id = %s AND f.epoch > %s
"""


def touched_subscriptions(organization_id: UUID, *, after_epoch: int) -> frozenset[str] | None:
    """The external ids that sent events in rolls after ``after_epoch``; None: too many to tell, so anybody."""
    with connection.cursor() as cursor:
        cursor.execute(_HOW_MANY, [organization_id, after_epoch])
        (count,) = cursor.fetchone()
        if count > MOST_EVENTS_READ:
            return None
        cursor.execute(_WHOSE, [organization_id, after_epoch])
        return frozenset(external_id for (external_id,) in cursor.fetchall())
