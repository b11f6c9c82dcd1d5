"""COPY rows into a table: the way in which batches are written."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from types import NoneType
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import sql
from psycopg.types.json import Jsonb

# So many rows are handed over at once: some 100 kB.
_ROWS = 500


def as_jsonb(value: Any) -> Jsonb:
    """A jsonb parameter; decimals and instants inside become text, never floats."""
    return Jsonb(value, dumps=_json)


def text_array(texts: Iterable[str]) -> str:
    """A parameter for ``%s::text[]`` (or ``uuid[]``, ``int[]``) of many elements.

    The driver's own conversion of lists costs several microseconds an element.
    """
    quoted = [text.replace("\\", "\\\\").replace('"', '\\"') for text in texts]
    return '{"' + '","'.join(quoted) + '"}' if quoted else "{}"


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Append ``rows`` to ``table`` within the current transaction; returns how many, and does nothing for none.

    The lines are made here: the driver takes three times as long for a row of ours.
    """
    lines = map(_line, rows)
    block = list(islice(lines, _ROWS))
    count = len(block)
    if not block:
        return 0
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    # COPY is not among the calls whose errors Django translates by itself.
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        while block:
            copy.write("".join(block))
            block = list(islice(lines, _ROWS))
            count += len(block)
    return count


def _line(row: Sequence[Any]) -> str:
    return "\t".join([(_FORMS.get(type(value)) or _form_of_subclass(value))(value) for value in row]) + "\n"


def escaped(text: str) -> str:
    """As COPY wants it; backslashes first."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


_FORMS: dict[type, Callable[[Any], str]] = {
    NoneType: lambda _: "\\N",
    bool: lambda value: "t" if value else "f",
    int: str,
    Decimal: str,
    str: escaped,
    UUID: lambda value: str(value.hex),
    datetime: datetime.isoformat,
    date: date.isoformat,
    Jsonb: lambda value: escaped(_json(value.obj)),
}


def _form_of_subclass(value: Any) -> Callable[[Any], str]:
    """Of the members of an enumeration, which are text. Anything else, a float above all, has no place in a row."""
    if isinstance(value, str):
        return lambda text: escaped(str(text))
    raise TypeError(f"no column takes {type(value).__name__}")


def _json(value: Any) -> str:
    return _encoder.encode(value)


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")


_encoder = json.JSONEncoder(default=_plain, separators=(",", ":"))
