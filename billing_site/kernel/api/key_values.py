"""Metadata that is a map: as a field of a body, and as a resource of its own."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from billing_site.kernel.api.fields import storable
from billing_site.kernel.api.inputs import INVALID, CommandInput, InputField
from billing_site.kernel.errors import BadRequest, ValidationFailed


class KeyValuesField(InputField, serializers.DictField):
    """An object of texts or nulls."""

    cleared_to: dict[str, str | None] = {}
    child = serializers.CharField(allow_null=True)

    def to_internal_value(self, data: Any) -> dict[str, str | None]:
        if not are_key_values(data):
            self.fail("invalid")
        return dict(data)


class KeyValuesInput(CommandInput):
    """``{"metadata": {...}}``; unlike other roots it may be empty."""

    root_name = "metadata"

    @classmethod
    def given(cls, body: Any) -> dict[str, str | None]:
        found = body.get(cls.root_name) if isinstance(body, Mapping) else None
        if not isinstance(found, Mapping):
            raise BadRequest.missing_root(cls.root_name)
        if not are_key_values(found):
            raise ValidationFailed(metadata=[INVALID])
        return dict(found)


def are_key_values(data: Any) -> bool:
    if not isinstance(data, Mapping) or not all(isinstance(key, str) and storable(key) for key in data):
        return False
    return all(value is None or (isinstance(value, str) and storable(value)) for value in data.values())
