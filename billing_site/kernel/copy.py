"""COPY rows into a table: the way in which batches are written."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from types import NoneType
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from psycopg import sql
from psycopg.types.json import Jsonb

# So many rows are handed over at once: some 100 kB.
_ROWS = 500


class PlainJsonb(Jsonb):
    """Of texts, whole numbers, booleans and nulls, in mappings and lists; encoded in a tenth of the time."""


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


class Columns:
    """Columns next to each other that many rows share: their text is made once. Made by ``shared``."""

    __slots__ = ("text", "values")

    def __init__(self, values: tuple[Any, ...]) -> None:
        self.values = values
        self.text = _text(values)


@lru_cache(maxsize=8192, typed=True)
def shared(*values: Any) -> Columns:
    """Not of decimals, which are equal where their digits are not: 20 and 20.0."""
    return Columns(values)


def each_column(row: Iterable[Any]) -> Iterator[Any]:
    """The values of a row, column by column."""
    for value in row:
        yield from value.values if isinstance(value, Columns) else (value,)


def _line(row: Sequence[Any]) -> str:
    return _text(row) + "\n"


def _text(values: Sequence[Any]) -> str:
    return "\t".join([_FORMS[type(value)](value) for value in values])


def escaped(text: str) -> str:
    """As COPY wants it; backslashes first."""
    if "\\" in text or "\t" in text or "\n" in text or "\r" in text:
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text


class _Forms(dict[type, Callable[[Any], str]]):
    def __missing__(self, kind: type) -> Callable[[Any], str]:
        """Of the members of an enumeration, which are text. Anything else, a float above all, has no place in a row."""
        if not issubclass(kind, str):
            raise TypeError(f"no column takes {kind.__name__}")
        self[kind] = lambda member: escaped(str(member))
        return self[kind]


_FORMS = _Forms(
    {
        NoneType: lambda _: "\\N",
        bool: lambda value: "t" if value else "f",
        int: str,
        Decimal: str,
        str: escaped,
        UUID: lambda value: f"{value.int:032x}",
        datetime: datetime.isoformat,
        date: date.isoformat,
        Jsonb: lambda value: escaped(_json(value.obj)),
        PlainJsonb: lambda value: escaped(_plain_json(value.obj)),
        Columns: attrgetter("text"),
    }
)


def _json(value: Any) -> str:
    return _encoder.encode(value)


def _plain_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")


_encoder = json.JSONEncoder(default=_plain, separators=(",", ":"))
