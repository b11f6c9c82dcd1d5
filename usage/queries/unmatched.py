"""Events that nothing bills yet, each kind with the reason."""

from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet


class Unmatched(NamedTuple):
    external_subscription_id: str
    code: str
    events_count: int
    has_metric: bool
    has_subscription: bool

    @property
    def reason(self) -> str:
        missing = []
        if not self.has_metric:
            missing.append(f'no billable metric has the code "{self.code}"')
        if not self.has_subscription:
            missing.append(f'no subscription has the external id "{self.external_subscription_id}"')
        sentence = ", and ".join(missing)
        return sentence[:1].upper() + sentence[1:]


_UNMATCHED = """
    SELECT s.external_subscription_id, c.code, sum(b.events_count), m.id IS NOT NULL, o.external_id IS NOT NULL
    FROM usage_stream s
    JOIN usage_bucket b ON b.stream_id = s.id
    JOIN usage_code c ON c.id = b.code_id
    LEFT JOIN usage_billablemetric m
        ON m.organization_id = c.organization_id AND m.code = c.code AND m.deleted_at IS NULL
    LEFT JOIN (SELECT DISTINCT external_id FROM ({subscriptions}) AS owned (external_id)) o
        ON o.external_id = s.external_subscription_id
    WHERE s.organization_id = %s AND (m.id IS NULL OR o.external_id IS NULL)
    GROUP BY s.id, c.id, m.id, o.external_id ORDER BY 3 DESC LIMIT %s"""


def unmatched_events(organization_id: UUID, external_ids: QuerySet, *, limit: int = 100) -> list[Unmatched]:
    """The largest kinds of events without a metric or a subscription, once they are in the buckets.

    ``external_ids`` is a one-column query of the subscriptions that exist: usage does not know them.
    """
    subscriptions, parameters = external_ids.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_UNMATCHED.format(subscriptions=subscriptions), [*parameters, organization_id, limit])
        return [Unmatched(*row) for row in cursor.fetchall()]
