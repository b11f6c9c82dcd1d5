"""Instants kept as whole microseconds, because writing a million of them must not format a million dates."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import models

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_microseconds(at: datetime) -> int:
    """Microseconds since 1970, exactly: ``datetime.timestamp`` would go through a float."""
    return (at - EPOCH) // MICROSECOND


def from_microseconds(count: int) -> datetime:
    return EPOCH + timedelta(microseconds=count)


class InstantField(models.BigIntegerField):
    """A ``bigint`` of microseconds since 1970 in the table, an aware UTC ``datetime`` in Python."""

    description = "An instant, in microseconds since 1970"

    def from_db_value(self, value: int | None, *_: Any) -> datetime | None:
        return None if value is None else from_microseconds(value)

    def to_python(self, value: Any) -> datetime | None:
        if value is None or isinstance(value, datetime):
            return value
        return from_microseconds(int(value))

    def get_prep_value(self, value: Any) -> Any:
        return to_microseconds(value) if isinstance(value, datetime) else super().get_prep_value(value)
