"""The statement that adds measured events to the buckets. Rolling and rebuilding differ only in which events."""

from usage.measure import ADDED, MERGED_TALLY, TALLY_COLUMNS, TALLY_OF_EVENTS, VALUE_KEY
from usage.models import QUARTER_HOUR

_KEY = "stream_id, code_id, quarter_hour, dimension_id"
_COLUMNS = ", ".join(TALLY_COLUMNS)


def fold_statement(events: str, *, before: str = "", result: str) -> str:
    """SQL that folds ``events`` (a query of stream_id, code_id and ``usage.measure.MEASURED``) and selects ``result``.

    ``before`` are CTEs that ``events`` reads. Dimensions are numbered on the way; rows are written in key order.
    """
    return f"""
WITH {before}
measured AS MATERIALIZED ({events}),
dimension AS (
    SELECT DISTINCT code_id, dimension AS values, sha256(convert_to(dimension::text, 'UTF8')) AS digest
    FROM measured WHERE dimension <> '{{}}'
),
new_dimension AS (
    INSERT INTO usage_dimension (code_id, values, digest)
    SELECT code_id, values, digest FROM dimension d WHERE NOT EXISTS (
        SELECT FROM usage_dimension known WHERE known.code_id = d.code_id AND known.digest = d.digest)
    RETURNING id, code_id, values
),
numbered AS (
    SELECT known.id, known.code_id, known.values FROM usage_dimension known JOIN dimension USING (code_id, digest)
    UNION ALL SELECT id, code_id, values FROM new_dimension
),
placed AS (
    SELECT m.*, m.timestamp / {QUARTER_HOUR} AS quarter_hour, coalesce(n.id, 0) AS dimension_id
    FROM measured m LEFT JOIN numbered n ON n.code_id = m.code_id AND n.values = m.dimension
),
folded AS (
    INSERT INTO usage_bucket AS b ({_KEY}, {_COLUMNS})
    SELECT {_KEY}, {TALLY_OF_EVENTS} FROM placed GROUP BY {_KEY} ORDER BY {_KEY}
    ON CONFLICT ({_KEY}) DO UPDATE SET {MERGED_TALLY}
),
kept AS (
    INSERT INTO usage_distinct_value ({_KEY}, value)
    SELECT DISTINCT {_KEY}, {VALUE_KEY} AS value FROM placed WHERE {ADDED} ORDER BY {_KEY}, value
    ON CONFLICT DO NOTHING
)
{result}
"""
