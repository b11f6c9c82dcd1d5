"""Questions that are asked all the time: the ORM writes them once, the database plans them once a connection.

Writing a statement of some joined tables takes the ORM milliseconds and planning it the database some more, both
longer than answering it. What is read with them are ordinary instances.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID, uuid4

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler
from psycopg import sql
from psycopg._queries import PostgresQuery

from billing_site.kernel.copy import text_array

Row = TypeVar("Row", bound=Model)

_FEW = 50


class _PreparedCursor(psycopg.Cursor[Any]):
    """Binds in the server, which keeps the plan."""

    # As that of a cursor in the server: pghistory puts nothing before their statements, and these must be alone.
    name = "prepared"

    def execute(self, query: Any, params: Any = None, **_: Any) -> "_PreparedCursor":
        super().execute(query, params, prepare=True)
        if self._query is None:  # as the driver leaves it; whoever tells of queries reads it
            self._query = PostgresQuery(self._tx)
            self._query.query = query.encode()
        return self


@contextmanager
def prepared_cursor() -> Iterator[CursorWrapper]:
    """For constant statements, whose plans are kept as long as they are no worse than new ones.

    A parameter is of the type that the statement gives it (``%s::uuid[]``) or of what it is compared with. Who did it
    is not told to the database, so nothing may be written whose history is kept.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.wrap_database_errors:
        raw = _PreparedCursor(connection.connection)
    with connection._prepare_cursor(raw) as cursor:  # type: ignore[attr-defined]  # as Django's own cursors are
        yield cursor


def cursor_for(elements: int) -> AbstractContextManager[CursorWrapper]:
    """For a constant statement over arrays of so many elements; a kept plan reckons with some ten of them."""
    return prepared_cursor() if elements <= _FEW else connection.cursor()


class Prepared(Generic[Row]):
    """``Prepared(build, external_id=str, at=datetime)``: call it with the names for the rows of ``build(…)``.

    A parameter is a ``str``, ``UUID``, ``datetime`` or a ``list`` of ids, never None. The statement must be the same
    whatever their values are, so ``build`` only places them; an empty list finds nothing. No ``prefetch_related``.
    """

    def __init__(self, build: Callable[..., QuerySet[Row]], **kinds: type) -> None:
        self._build, self._kinds = build, kinds
        self._written: _Written | None = None

    def __call__(self, **values: Any) -> list[Row]:
        # Two threads may write it at once, and write the same.
        written = self._written = self._written or _Written.of(self._build, self._kinds)
        stored = {name: _KINDS[kind].stored(values[name]) for name, kind in self._kinds.items()}
        with prepared_cursor() as cursor:
            cursor.execute(written.statement, [stored[name] for name in written.parameters])
            return [written.instance(list(row)) for row in cursor.fetchall()]

    def first(self, **values: Any) -> Row | None:
        return next(iter(self(**values)), None)


class _Written(NamedTuple):
    """A statement with the names of its parameters, and how its rows become instances."""

    statement: str
    parameters: Sequence[str]
    model: type[Model]
    columns: slice
    names: Sequence[str]
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]
    related: Sequence[Any]

    @classmethod
    def of(cls, build: Callable[..., QuerySet[Any]], kinds: dict[str, type]) -> "_Written":
        blanks = {name: _KINDS[kind].blank() for name, kind in kinds.items()}
        rows = build(**blanks)
        assert not vars(rows)["_prefetch_related_lookups"], "rows of one statement"
        compiler = rows.query.get_compiler(rows.db)
        statement, given = compiler.as_sql()
        stored = {name: _KINDS[kinds[name]].stored(blank) for name, blank in blanks.items()}
        parameters = [_name_of(value, stored) for value in given]
        assert set(parameters) >= set(kinds), "every parameter is in the statement"
        values = iter(zip(parameters, given, strict=True))
        statement = re.sub("%[s%]", lambda place: place[0] if place[0] == "%%" else _in_place(*next(values)), statement)
        return cls(statement, [name for name in parameters if name is not None], *_reading(compiler, rows))

    def instance(self, row: list[Any]) -> Any:
        for place, converters, expression in self.converters:
            for convert in converters:
                row[place] = convert(row[place], expression, connection)
        instance = self.model.from_db(connection.alias, self.names, row[self.columns])
        for related in self.related:
            related.populate(row, instance)
        return instance


def _name_of(value: Any, stored: dict[str, Any]) -> str | None:
    return next((name for name, own in stored.items() if type(own) is type(value) and own == value), None)


def _in_place(name: str | None, value: Any) -> str:
    """What is always the same is written out, so that partial indexes serve any plan."""
    return "%s" if name is not None else sql.Literal(value).as_string(connection.connection).replace("%", "%%")


def _reading(compiler: SQLCompiler, rows: QuerySet[Any]) -> tuple[Any, ...]:
    """As ``ModelIterable`` does at each call."""
    assert compiler.klass_info is not None and not compiler.annotation_col_map, "instances without annotations"
    places = compiler.klass_info["select_fields"]
    columns = slice(places[0], places[-1] + 1)
    names = [field[0].target.attname for field in compiler.select[columns]]
    converters = compiler.get_converters([field[0] for field in compiler.select])
    return (
        compiler.klass_info["model"],
        columns,
        names,
        [(place, found, expression) for place, (found, expression) in converters.items()],
        get_related_populators(compiler.klass_info, compiler.select, rows.db),  # type: ignore[call-arg]  # of Django 6
    )


class _Kind(NamedTuple):
    """``blank`` makes a value that nothing else in a statement has; ``stored`` is what the ORM makes of a value."""

    blank: Callable[[], Any]
    stored: Callable[[Any], Any]


def _as_it_is(value: Any) -> Any:
    return value


_MICROSECONDS = count()
_KINDS = {
    str: _Kind(lambda: str(uuid4()), _as_it_is),
    UUID: _Kind(uuid4, _as_it_is),
    datetime: _Kind(lambda: datetime(1900, 1, 1, microsecond=next(_MICROSECONDS), tzinfo=UTC), _as_it_is),
    # As ``kernel/lookups.py`` writes ``…__in``.
    list: _Kind(lambda: [uuid4()], lambda ids: text_array(key.hex for key in ids)),
}
