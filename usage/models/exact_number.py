"""A column for numbers whose digits nobody may limit."""

from decimal import Decimal
from typing import Any

from django.db import models


class ExactNumberField(models.Field):
    """PostgreSQL's ``numeric`` without a precision: a sum of event values keeps every digit."""

    description = "A number of any precision"

    def db_type(self, connection: Any) -> str:
        return "numeric"

    def to_python(self, value: Any) -> Decimal | None:
        return value if value is None else Decimal(value)

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(super().get_prep_value(value))
