"""What is known of a stream without reading its events."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection

_LAST = """SELECT s.external_subscription_id, f.created_at
    FROM usage_stream s CROSS JOIN LATERAL (
        SELECT max(newest.flush_id) AS flush_id FROM usage_code c CROSS JOIN LATERAL (
            SELECT e.flush_id FROM usage_event e WHERE e.stream_id = s.id AND e.code_id = c.id
            ORDER BY e.timestamp DESC LIMIT 1) newest
        WHERE c.organization_id = s.organization_id) last
    JOIN usage_flush f ON f.id = last.flush_id
    WHERE s.organization_id = %s AND s.external_subscription_id = ANY(%s)"""


def last_received(organization_id: UUID, external_subscription_ids: Collection[str]) -> dict[str, datetime]:
    """When the event with the latest timestamp of each subscription was received. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [organization_id, list(external_subscription_ids)])
        return dict(cursor.fetchall())
