"""The body of an expression's trial, which has no root."""

from typing import Any

import msgspec
from rest_framework import serializers

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput, InputField
from usage.ingest import Refused, timestamp


class EventTimestamp(InputField, serializers.CharField):
    """Unix seconds or ISO 8601, as in an event (V5); comes out in microseconds since 1970."""

    def to_internal_value(self, data: Any) -> int:
        try:
            return timestamp(msgspec.Raw(msgspec.json.encode(data)), 0)
        except Refused as refusal:
            raise serializers.ValidationError(str(refusal)) from refusal


class SampleEventInput(CommandInput):
    code = fields.Text()
    timestamp = EventTimestamp()
    properties = fields.FreeObject()


class ExpressionInput(CommandInput):
    expression = fields.Text(required=True, max_length=None)
    event = SampleEventInput(default=dict)
