"""Rows copied into a table come out as they went in."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import DataError, connection

from billing_site.kernel.copy import PlainJsonb, as_jsonb, copy_rows, each_column, shared
from invoices.models import InvoiceStatus

pytestmark = pytest.mark.django_db

COLUMNS = ("name", "flag", "cents", "units", "key", "at", "day", "details")


@pytest.fixture
def table() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE copied (name text, flag bool, cents bigint, units numeric, key uuid, at timestamptz,"
            " day date, details jsonb) ON COMMIT DROP"
        )
    return "copied"


def copied(table: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM {table}")
        return list(cursor.fetchall())


@pytest.mark.parametrize("text", ["", "\\N", "\\", "tab\tnew\nline\rreturn", "\\t", "ünï ☃ 😀", "'quoted\"", "\\."])
def test_text_stays_what_it_is(table, text):
    copy_rows(table, ["name"], [(text,)])
    assert copied(table)[0][0] == text


def test_every_type_of_column(table):
    row = (
        *("Acme", True, -(2**62), Decimal("1E-15"), UUID(int=7)),
        *(datetime(2024, 1, 1, 0, 0, 0, 5, tzinfo=UTC), date(2024, 2, 29)),
    )
    copy_rows(table, COLUMNS, [(*row, as_jsonb({"a\\b": ["\n", Decimal("0.10"), None]}))])
    [(*values, details)] = copied(table)
    assert tuple(values) == row
    assert details == '{"a\\\\b": ["\\n", "0.10", null]}'


def test_nothing_is_null_and_members_of_enumerations_are_text(table):
    copy_rows(table, ["name", "cents"], [(InvoiceStatus.DRAFT, None)])
    assert copied(table)[0][:3] == ("draft", None, None)


def test_many_rows_arrive_in_their_order(table):
    assert copy_rows(table, ["cents"], ((number,) for number in range(1234))) == 1234
    assert [row[2] for row in copied(table)] == list(range(1234))


def test_no_rows_are_no_statement(table, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert copy_rows(table, ["cents"], []) == 0


def test_a_float_is_refused(table):
    with pytest.raises(TypeError, match="float"):
        copy_rows(table, ["units"], [(1.5,)])


def test_the_databases_refusals_are_djangos(table):
    with pytest.raises(DataError):
        copy_rows(table, ["cents"], [("many",)])


def test_shared_columns_stand_where_their_values_would(table):
    row = (shared("a\tb", True, 7), Decimal("1.50"))
    copy_rows(table, ["name", "flag", "cents", "units"], [row, row])
    assert [each[:4] for each in copied(table)] == [("a\tb", True, 7, Decimal("1.50"))] * 2
    assert list(each_column(row)) == ["a\tb", True, 7, Decimal("1.50")]


def test_equal_values_of_two_types_are_not_shared(table):
    copy_rows(table, ["flag", "cents"], [(shared(True), 1), (shared(False), 0)])
    copy_rows(table, ["cents"], [(shared(1),), (shared(0),)])
    assert [row[1:3] for row in copied(table)] == [(True, 1), (False, 0), (None, 1), (None, 0)]


def test_plain_json_stays_what_it_is(table):
    value = {"a\\b": ["\n", "0.10", None, 12, True, "ünï ☃"], "empty": {}}
    copy_rows(table, ["details"], [(PlainJsonb(value),), (PlainJsonb({}),)])
    assert [json.loads(row[-1]) for row in copied(table)] == [value, {}]
