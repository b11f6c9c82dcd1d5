"""Query parameters of the list of events, and the shape of an event for the documentation.

Bodies of events are not read here but by ``usage.ingest``, which keeps every digit of their numbers.
"""

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput


class EventListInput(CommandInput):
    external_subscription_id = fields.Text()
    code = fields.Text()
    timestamp_from = fields.Instant()
    timestamp_to = fields.Instant()


class EventInput(CommandInput):
    root_name = "event"

    transaction_id = fields.Text(required=True)
    external_subscription_id = fields.Text()
    code = fields.Code()
    timestamp = serializers.CharField(help_text="Unix seconds, decimals allowed, or ISO 8601; now if absent.")
    precise_total_amount_cents = serializers.CharField()
    properties = fields.FreeObject()


EVENT_BATCH = inline_serializer("EventBatchRequest", {"events": EventInput(many=True)})
