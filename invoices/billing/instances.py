"""Rows for COPY as instances."""

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model
from psycopg.types.json import Jsonb

from billing_site.kernel.copy import each_column
from invoices.billing.rows import Row

Built = TypeVar("Built", bound=Model)


def instance_of(model: type[Built], columns: Sequence[str], row: Row) -> Built:
    values = zip(columns, each_column(row), strict=True)
    return model(**{name: value.obj if isinstance(value, Jsonb) else value for name, value in values})
