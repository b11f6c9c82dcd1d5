"""Rebuilding: the buckets of a code whose metric now measures something else are made anew from its events."""

from django.db import connection, transaction
from django.db.models import F, QuerySet

from usage.measure import MEASURED
from usage.models import UsageCode
from usage.rollup.fold import fold_statement
from usage.rollup.lock import hold_roller_lock

_OLD_ROWS = """DELETE FROM {table} USING usage_code c, usage_stream s
    WHERE c.id = ANY(%s) AND s.organization_id = c.organization_id
      AND {table}.code_id = c.id AND {table}.stream_id = s.id"""
_REBUILD = fold_statement(
    f"""
    SELECT e.stream_id, e.code_id, {MEASURED}
    FROM usage_code c
    JOIN usage_stream s ON s.organization_id = c.organization_id
    JOIN usage_event e ON e.stream_id = s.id AND e.code_id = c.id
    JOIN usage_flush f ON f.id = e.flush_id AND f.epoch IS NOT NULL
    WHERE c.id = ANY(%s)""",
    result="SELECT count(*) FROM measured",
)


def rebuild_buckets() -> int:
    """Rebuild what is out of date; returns how many codes were.

    A definition that changes meanwhile has a higher version than the one recorded here, so it is rebuilt again next
    time; until then readers take the events instead of the buckets.
    """
    if not out_of_date().exists():
        return 0
    return _rebuild()


def out_of_date() -> QuerySet[UsageCode]:
    return UsageCode.objects.exclude(built_version=F("version"))


@transaction.atomic
def _rebuild() -> int:
    hold_roller_lock()
    versions = dict(out_of_date().values_list("id", "version"))
    ids = list(versions)
    with connection.cursor() as cursor:
        for table in ("usage_bucket", "usage_distinct_value"):
            cursor.execute(_OLD_ROWS.format(table=table), [ids])
        cursor.execute("DELETE FROM usage_dimension WHERE code_id = ANY(%s)", [ids])
        cursor.execute(_REBUILD, [ids])
        cursor.execute(
            "UPDATE usage_code c SET built_version = new.version"
            " FROM unnest(%s::int[], %s::int[]) AS new (id, version) WHERE c.id = new.id",
            [ids, list(versions.values())],
        )
    return len(ids)
