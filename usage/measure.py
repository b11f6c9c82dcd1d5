"""SQL of what an event contributes to its metric: the twin of ``usage.aggregation.EventValue`` and ``Tally``.

Everything that reads events (the roller, the edges of an interval, what is still pending) measures them by these
fragments, so a bucket and the events in it cannot disagree. A test compares them with the pure functions.

Aliases: ``e`` is a row of ``usage_event``, ``c`` one with the columns of ``usage_code``.
"""

# As usage.aggregation.parse_number (3-G2): at most 20 digits before the point, besides leading zeros, and 40 after it.
NUMBER_PATTERN = r"^-?0*[0-9]{1,20}(\.[0-9]{1,40})?$"
# The same for a text too short to have more digits: counting them takes four times as long as all the rest of reading.
_SHORT_TEXT, _SHORT_NUMBER_PATTERN = 20, r"^-?[0-9]+(\.[0-9]+)?$"

# Longer texts stand for themselves by their digest, because an index entry has to hold them.
LONGEST_TEXT = 255

# Arrival: flush and position in it as one number. A flush therefore holds at most 2^20 events.
POSITION_BITS = 20

PROPERTY = "CASE WHEN c.field_name <> '' THEN e.properties ->> c.field_name END"
IS_NUMBER = f"""CASE WHEN length({PROPERTY}) <= {_SHORT_TEXT} THEN {PROPERTY} ~ '{_SHORT_NUMBER_PATTERN}'
    ELSE {PROPERTY} ~ '{NUMBER_PATTERN}' END"""
NUMBER = f"CASE WHEN {IS_NUMBER} THEN ({PROPERTY})::numeric END"
TEXT = f"CASE WHEN c.keeps_values THEN {PROPERTY} END"
REMOVES = "c.keeps_values AND coalesce(e.properties ->> 'operation_type' = 'remove', false)"
ARRIVAL = f"(e.flush_id << {POSITION_BITS}) + e.position"
DIMENSION = """CASE WHEN c.dimension_keys = '{}' THEN '{}'::jsonb ELSE (
    SELECT coalesce(jsonb_object_agg(key, e.properties ->> key) FILTER (WHERE e.properties ->> key IS NOT NULL), '{}')
    FROM unnest(c.dimension_keys) AS key) END"""

MEASURED = f"""{NUMBER} AS number, {TEXT} AS text, {REMOVES} AS removes, {DIMENSION} AS dimension,
    e.timestamp, {ARRIVAL} AS arrival, e.precise_total_amount_cents"""

# A text as the key of a distinct value.
VALUE_KEY = f"""CASE WHEN length(text) <= {LONGEST_TEXT} THEN text
    ELSE 'sha256:' || encode(sha256(convert_to(text, 'UTF8')), 'hex') END"""
ADDED = "text IS NOT NULL AND NOT removes"

TALLY_COLUMNS = (
    "events_count",
    "numbers_count",
    "texts_count",
    "removals_count",
    "sum",
    "max",
    "latest",
    "value_time",
    "precise_total_amount_cents",
)
TALLY_OF_EVENTS = """count(*) AS events_count, count(number) AS numbers_count, count(text) AS texts_count,
    count(*) FILTER (WHERE removes) AS removals_count, coalesce(sum(number), 0) AS sum, max(number) AS max,
    max(ARRAY[timestamp, arrival, number]) FILTER (WHERE number IS NOT NULL) AS latest,
    coalesce(sum(number * timestamp), 0) AS value_time,
    coalesce(sum(precise_total_amount_cents), 0) AS precise_total_amount_cents"""
_EXTREMES = ("max", "latest")
TALLY_OF_BUCKETS = ", ".join(
    f"{'max' if column in _EXTREMES else 'sum'}(b.{column}) AS {column}" for column in TALLY_COLUMNS
)
MERGED_TALLY = ", ".join(
    f"{column} = greatest(b.{column}, excluded.{column})"
    if column in _EXTREMES
    else f"{column} = b.{column} + excluded.{column}"
    for column in TALLY_COLUMNS
)
