"""Many rows made of one by the database itself."""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import Model

# Copy ``n`` of the pattern is changed where an expression says so.
_COPIES = """
    INSERT INTO {table} SELECT copy.* FROM {table} AS pattern CROSS JOIN generate_series(1, %(count)s) AS n
    CROSS JOIN LATERAL jsonb_populate_record(pattern, jsonb_build_object({changes})) AS copy
    WHERE pattern.{key} = %(pattern)s
"""


def copy_row(
    model: type[Model], pattern: Any, changes: Mapping[str, str], count: int, *, key: str = "id", **numbers: int
) -> None:
    """``count`` copies of the row whose ``key`` is ``pattern``.

    ``changes`` are SQL by column, over ``n``, the columns of ``pattern`` and ``numbers`` as parameters.
    """
    pairs = ", ".join(f"'{column}', {expression}" for column, expression in changes.items())
    with connection.cursor() as cursor:
        cursor.execute(
            _COPIES.format(table=model._meta.db_table, key=key, changes=pairs),
            {"pattern": pattern, "count": count, **numbers},
        )


def id_of_copy(kind: str, n: str = "n") -> str:
    """SQL of the id of copy ``n``, which grows with ``n`` as ids do that are made one after the other."""
    return f"(lpad(to_hex({n}), 8, '0') || substr(md5('{kind} ' || {n}), 9))::uuid"
