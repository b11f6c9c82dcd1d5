"""The usage of many streams and codes in many intervals at once.

Exact whether or not the roller has caught up: buckets that lie wholly inside an interval, the events of its two
edges, and the events that are still pending, all in one statement, so of one snapshot.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from billing_site.kernel.copy import text_array
from billing_site.kernel.intervals import Interval
from billing_site.kernel.money import EXACT
from billing_site.kernel.prepared import cursor_for
from usage.aggregation import EventValue, Latest, Operation, Tally
from usage.measure import ADDED, MEASURED, TALLY_COLUMNS, TALLY_OF_BUCKETS, TALLY_OF_EVENTS, VALUE_KEY
from usage.models import QUARTER_HOUR, from_microseconds, to_microseconds

# Nothing is older: the start of an interval that takes all of a stream's history (recurring metrics, 3-G3).
BEGINNING = from_microseconds(0)

Dimension = Mapping[str, str | None]
CodeUsage = Sequence[tuple[Dimension, Tally]]
CodeEvents = Sequence[tuple[Dimension, EventValue]]

# ``whole`` is the part of an interval that buckets cover: none if it has no whole bucket or they are out of date.
_REQUESTS = f"""
asked AS (
    SELECT r.n, organization_id, s.id AS stream_id, c.id AS code_id, c.field_name, c.keeps_values, c.dimension_keys,
        r.starts_at, r.ends_at, c.built_version = c.version AS is_built,
        (r.starts_at + {QUARTER_HOUR - 1}) / {QUARTER_HOUR} AS first_bucket, r.ends_at / {QUARTER_HOUR} AS end_bucket
    FROM unnest(%s::int[], %s::uuid[], %s::text[], %s::text[], %s::bigint[], %s::bigint[])
        AS r (n, organization_id, external_subscription_id, code, starts_at, ends_at)
    JOIN usage_stream s USING (organization_id, external_subscription_id)
    JOIN usage_code c USING (organization_id, code)
),
request AS MATERIALIZED (
    SELECT *, CASE WHEN has_buckets THEN first_bucket * {QUARTER_HOUR} ELSE ends_at END AS whole_from,
        CASE WHEN has_buckets THEN end_bucket * {QUARTER_HOUR} ELSE ends_at END AS whole_to
    FROM (SELECT *, is_built AND first_bucket < end_bucket AS has_buckets FROM asked) AS planned
)"""

# Reading events one by one has no use for buckets: every interval is one edge.
_REQUESTS_OF_EVENTS = _REQUESTS.replace("is_built AND first_bucket < end_bucket", "false")

_MATCHES = "e.stream_id = c.stream_id AND e.code_id = c.code_id"
_EDGES = f"""
    SELECT c.n, {MEASURED}
    FROM request c CROSS JOIN LATERAL (
        VALUES (c.starts_at, c.whole_from), (c.whole_to, c.ends_at)) AS edge (starts_at, ends_at)
    JOIN usage_event e ON {_MATCHES} AND e.timestamp >= edge.starts_at AND e.timestamp < edge.ends_at"""

# Pending events are found by their flushes, stream by stream: by stream and time it would be all of a stream's events.
# The planner cannot know how few those of one flush are, so it is not asked (OFFSET 0).
_PENDING_EVENTS = """,
pending AS MATERIALIZED (
    SELECT e.*
    FROM (SELECT DISTINCT organization_id, stream_id FROM request WHERE whole_from < whole_to) AS s
    JOIN usage_flush f ON f.organization_id = s.organization_id AND f.epoch IS NULL
    CROSS JOIN LATERAL (
        SELECT * FROM usage_event own WHERE own.flush_id = f.id AND own.stream_id = s.stream_id OFFSET 0) AS e
)"""
_PENDING = f"""
    SELECT c.n, {MEASURED}
    FROM pending e JOIN request c ON {_MATCHES} AND e.timestamp >= c.whole_from AND e.timestamp < c.whole_to"""
_ONLY_ROLLED = " JOIN usage_flush f ON f.id = e.flush_id AND f.epoch IS NOT NULL"
_ROLLED_BY_THEN = " JOIN usage_flush f ON f.id = e.flush_id AND f.epoch <= %s"


_IN_BUCKETS = """b.stream_id = r.stream_id AND b.code_id = r.code_id
    AND b.quarter_hour >= r.first_bucket AND b.quarter_hour < r.end_bucket"""
_NO_TALLY = "0, 0, 0, 0, 0, NULL::numeric, NULL::numeric[], 0, 0"


def _tallies_statement(requests: str, events: str) -> str:
    """One row for each request, dimension and source: buckets, their distinct values, events. Readers add them up."""
    return f"""
WITH {requests},
bucketed AS (
    SELECT r.n, b.dimension_id, {TALLY_OF_BUCKETS} FROM request r JOIN usage_bucket b ON {_IN_BUCKETS}
    WHERE r.has_buckets GROUP BY r.n, b.dimension_id
),
added AS (
    SELECT r.n, b.dimension_id, array_agg(DISTINCT b.value) AS texts
    FROM request r JOIN usage_distinct_value b ON {_IN_BUCKETS}
    WHERE r.has_buckets AND r.keeps_values GROUP BY r.n, b.dimension_id
),
event AS ({events})
SELECT b.n, d.values AS dimension, NULL::text[] AS texts, {", ".join(f"b.{column}" for column in TALLY_COLUMNS)}
FROM bucketed b LEFT JOIN usage_dimension d ON d.id = b.dimension_id
UNION ALL
SELECT a.n, d.values, a.texts, {_NO_TALLY} FROM added a LEFT JOIN usage_dimension d ON d.id = a.dimension_id
UNION ALL
SELECT n, dimension, array_agg(DISTINCT {VALUE_KEY}) FILTER (WHERE {ADDED}), {TALLY_OF_EVENTS}
FROM event GROUP BY n, dimension"""


def _in_order_statement(events: str) -> str:
    return f"""
WITH {_REQUESTS_OF_EVENTS}
SELECT n, dimension, timestamp, arrival, number, text, removes, precise_total_amount_cents
FROM ({events}) AS event
ORDER BY n, timestamp, arrival"""


_TALLIES = {
    True: _tallies_statement(_REQUESTS + _PENDING_EVENTS, f"{_EDGES} UNION ALL {_PENDING}"),
    False: _tallies_statement(_REQUESTS, _EDGES + _ONLY_ROLLED),
}
_TALLIES_BY_THEN = _tallies_statement(_REQUESTS_OF_EVENTS, _EDGES + _ROLLED_BY_THEN)
_IN_ORDER = {True: _in_order_statement(_EDGES), False: _in_order_statement(_EDGES + _ONLY_ROLLED)}
_IN_ORDER_BY_THEN = _in_order_statement(_EDGES + _ROLLED_BY_THEN)


class UsageRequest(NamedTuple):
    """The events of one external subscription with one metric code whose timestamp is in ``interval`` (half-open)."""

    organization_id: UUID
    external_subscription_id: str
    code: str
    interval: Interval


def gather_usage(requests: Sequence[UsageRequest], *, pending: bool = True) -> dict[UsageRequest, CodeUsage]:
    """The tallies of each request by dimension: the values of the properties that charges filter or group by.

    A dimension leaves out the properties that its events lack. Every request has an answer; without events it is
    empty. ``pending=False`` leaves out events that no roll has taken yet (see ``usage.rollup.steady_epoch``).
    Takes one statement.
    """
    return _tallied(requests, _TALLIES[pending])


def usage_as_of(requests: Sequence[UsageRequest], epoch: int) -> dict[UsageRequest, CodeUsage]:
    """What ``gather_usage(…, pending=False)`` gave when ``epoch`` was the last one.

    Buckets do not know when, so this reads every event.
    """
    return _tallied(requests, _TALLIES_BY_THEN, epoch)


def _tallied(requests: Iterable[UsageRequest], statement: str, *more: int) -> dict[UsageRequest, CodeUsage]:
    asked = list(dict.fromkeys(requests))  # what is asked for twice must not count twice
    found: list[dict[tuple[tuple[str, str], ...], list[Tally]]] = [{} for _ in asked]
    for n, dimension, *columns in _rows(statement, asked, *more):
        key = tuple(sorted(dimension.items())) if dimension else ()
        found[n].setdefault(key, []).append(_tally(columns))
    return {
        request: [(dict(dimension), Tally.total(tallies)) for dimension, tallies in by_dimension.items()]
        for request, by_dimension in zip(asked, found, strict=True)
    }


def gather_events(requests: Sequence[UsageRequest], *, pending: bool = True) -> dict[UsageRequest, CodeEvents]:
    """The events of each request in order of time, then of arrival, for what no tally can say.

    Takes one statement, and reads every event: ask only for requests whose ``needs_events`` says so.
    """
    return _listed(requests, _IN_ORDER[pending])


def events_as_of(requests: Sequence[UsageRequest], epoch: int) -> dict[UsageRequest, CodeEvents]:
    """What ``gather_events(…, pending=False)`` gave when ``epoch`` was the last one."""
    return _listed(requests, _IN_ORDER_BY_THEN, epoch)


def _listed(requests: Iterable[UsageRequest], statement: str, *more: int) -> dict[UsageRequest, CodeEvents]:
    asked = list(dict.fromkeys(requests))
    found: dict[UsageRequest, list[tuple[Dimension, EventValue]]] = defaultdict(list)
    for n, dimension, *columns in _rows(statement, asked, *more):
        found[asked[n]].append((dimension, event_value(*columns)))
    return {request: found[request] for request in asked}


def _rows(statement: str, requests: Sequence[UsageRequest], *more: int) -> list[tuple[Any, ...]]:
    if not requests:
        return []
    with cursor_for(len(requests)) as cursor:
        cursor.execute(statement, [*_parameters(requests), *more])
        # Django leaves jsonb as text. Most usage has no dimension.
        return [(n, _values(dimension), *columns) for n, dimension, *columns in cursor.fetchall()]


def _values(dimension: str | None) -> dict[str, str]:
    return {} if dimension is None or dimension == "{}" else json.loads(dimension)


def _parameters(requests: Sequence[UsageRequest]) -> list[str]:
    return [
        text_array(map(str, range(len(requests)))),
        text_array(request.organization_id.hex for request in requests),
        text_array(request.external_subscription_id for request in requests),
        text_array(request.code for request in requests),
        text_array(str(max(to_microseconds(request.interval.start), 0)) for request in requests),
        text_array(str(max(to_microseconds(request.interval.end), 0)) for request in requests),
    ]


def _tally(columns: Sequence[Any]) -> Tally:
    """Of the columns as the statement selects them; its sums of counts are numerics."""
    texts, events_count, numbers_count, texts_count, removals_count, sum_, max_, latest, value_time, precise = columns
    return Tally(
        count=int(events_count),
        number_count=int(numbers_count),
        text_count=int(texts_count),
        removals=int(removals_count),
        sum=sum_,
        max=max_,
        latest=_latest(latest),
        value_time=EXACT.scaleb(value_time, -6),
        distinct=frozenset(texts or ()),
        precise_total_amount_cents=precise,
    )


def _latest(columns: list[Decimal] | None) -> Latest | None:
    if columns is None:
        return None
    timestamp, arrival, value = columns
    return Latest(from_microseconds(int(timestamp)), int(arrival), value)


def event_value(
    timestamp: int, arrival: int, number: Decimal | None, text: str | None, removes: bool, precise: Decimal | None
) -> EventValue:
    return EventValue(
        timestamp=from_microseconds(timestamp),
        sequence=arrival,
        value=number,
        text=text,
        operation=Operation.REMOVE if removes else Operation.ADD,
        precise_total_amount_cents=Decimal(0) if precise is None else precise,
    )
