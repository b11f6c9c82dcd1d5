"""Are the buckets what the events say? One comparison of all of them, in one snapshot."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from usage.measure import ADDED, MEASURED, TALLY_COLUMNS, TALLY_OF_EVENTS, VALUE_KEY
from usage.models import QUARTER_HOUR

_KEY = "stream_id, code_id, quarter_hour, dimension_id"
_COLUMNS = ", ".join(TALLY_COLUMNS)
_BUILT = "JOIN usage_code c ON c.id = {alias}.code_id AND c.built_version = c.version"
_EVENTS = f"""
measured AS MATERIALIZED (
    SELECT e.stream_id, e.code_id, e.timestamp / {QUARTER_HOUR} AS quarter_hour, {MEASURED}
    FROM usage_event e {_BUILT.format(alias="e")} JOIN usage_flush f ON f.id = e.flush_id AND f.epoch IS NOT NULL
),
placed AS (
    SELECT m.*, coalesce(d.id, 0) AS dimension_id FROM measured m
    LEFT JOIN usage_dimension d ON d.code_id = m.code_id AND d.values = m.dimension
)"""
_DIFFERENCES = f"""
WITH {_EVENTS},
expected AS (SELECT {_KEY}, {TALLY_OF_EVENTS} FROM placed GROUP BY {_KEY}),
expected_value AS (SELECT DISTINCT {_KEY}, {VALUE_KEY} AS value FROM placed WHERE {ADDED}),
kept AS (SELECT b.* FROM usage_bucket b {_BUILT.format(alias="b")}),
kept_value AS (SELECT b.* FROM usage_distinct_value b {_BUILT.format(alias="b")}),
different AS (
    SELECT {_KEY}, 'tally' AS what FROM (
        (SELECT {_KEY}, {_COLUMNS} FROM expected EXCEPT SELECT {_KEY}, {_COLUMNS} FROM kept)
        UNION ALL
        (SELECT {_KEY}, {_COLUMNS} FROM kept EXCEPT SELECT {_KEY}, {_COLUMNS} FROM expected)) AS unequal
    UNION
    SELECT {_KEY}, 'distinct values' FROM (
        (SELECT {_KEY}, value FROM expected_value EXCEPT SELECT {_KEY}, value FROM kept_value)
        UNION ALL
        (SELECT {_KEY}, value FROM kept_value EXCEPT SELECT {_KEY}, value FROM expected_value)) AS unequal
)
SELECT s.organization_id, s.external_subscription_id, c.code,
    to_timestamp(d.quarter_hour * 900.0), d.dimension_id, d.what
FROM different d LEFT JOIN usage_stream s ON s.id = d.stream_id LEFT JOIN usage_code c ON c.id = d.code_id
ORDER BY 1, 2, 3, 4 LIMIT %s"""


class Difference(NamedTuple):
    """A bucket that is not what its events say, or that one of the two lacks."""

    organization_id: UUID
    external_subscription_id: str
    code: str
    starts_at: datetime
    dimension_id: int
    what: str


def bucket_differences(*, limit: int = 1_000) -> list[Difference]:
    """The first differences; none is right. Reads every event. Buckets that wait to be rebuilt are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES, [limit])
        return [Difference(*row) for row in cursor.fetchall()]
