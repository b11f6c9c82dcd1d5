"""Ids of rows in bodies."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from billing_site.kernel.api.inputs import InputField


class RowId(InputField, serializers.UUIDField):
    """A malformed id names nothing, as an unknown one does."""

    def to_internal_value(self, data: Any) -> UUID | None:
        try:
            return UUID(data)
        except (ValueError, TypeError, AttributeError):
            return None
