"""Instants come from the database as they are, also those that Python cannot read by itself."""

from datetime import UTC, datetime

import pytest
from django.db import DataError, connection

pytestmark = pytest.mark.django_db


def read(text: str) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [text])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-01T00:00:00Z", datetime(2024, 3, 1, tzinfo=UTC)),
        ("2024-03-01 00:00:00.5+00", datetime(2024, 3, 1, microsecond=500_000, tzinfo=UTC)),
        ("2024-02-29 23:59:59.999999+00", datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC)),
        ("2024-03-01 05:45:00+05:45", datetime(2024, 3, 1, tzinfo=UTC)),
        ("0001-01-01 00:00:00+00", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_to_the_microsecond_in_utc(text, expected):
    assert (read(text), read(text).tzinfo) == (expected, UTC)


@pytest.mark.parametrize("text", ["infinity", "12024-03-01 00:00:00+00", "0044-03-15 00:00:00+00 BC"])
def test_what_python_cannot_hold_is_refused_by_the_driver(text):
    with pytest.raises(DataError):
        read(text)


def test_triggers_find_that_none_of_them_is_ignored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('pgtrigger.ignore')")
        assert cursor.fetchone() == ("{}",)
