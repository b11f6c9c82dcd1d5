"""Webhook endpoints and messages on the wire."""

from collections.abc import Iterable
from typing import Any, TypedDict

from billing_site.kernel.api.wire import instant, text
from customers.models import DeliveryStatus, WebhookDelivery, WebhookEndpoint, WebhookMessage

# Of a message that no endpoint wanted: a sandbox keeps it all the same.
NOT_SENT = "not_sent"


class WebhookEndpointWire(TypedDict):
    lago_id: str
    lago_organization_id: str
    webhook_url: str
    signature_algo: str
    name: str | None
    event_types: list[str] | None
    created_at: str | None


class DeliveryWire(TypedDict):
    lago_id: str
    lago_webhook_endpoint_id: str
    status: str
    attempts_count: int


class WebhookMessageWire(TypedDict):
    lago_id: str
    webhook_type: str
    object_type: str
    status: str
    payload: dict[str, Any]
    deliveries: list[DeliveryWire]
    created_at: str | None


def webhook_endpoint_wire(endpoint: WebhookEndpoint) -> WebhookEndpointWire:
    return {
        "lago_id": str(endpoint.id),
        "lago_organization_id": str(endpoint.organization_id),
        "webhook_url": endpoint.webhook_url,
        "signature_algo": endpoint.signature_algo,
        "name": text(endpoint.name),
        "event_types": endpoint.event_types,
        "created_at": instant(endpoint.created_at),
    }


def webhook_endpoints_wire(endpoints: Iterable[WebhookEndpoint]) -> list[WebhookEndpointWire]:
    return [webhook_endpoint_wire(endpoint) for endpoint in endpoints]


def webhook_message_wire(message: WebhookMessage) -> WebhookMessageWire:
    """Wants ``queries.webhook_messages_of`` and ``webhooks.with_payloads``."""
    deliveries = list(message.deliveries.all())
    return {
        "lago_id": str(message.id),
        "webhook_type": message.webhook_type,
        "object_type": message.object_type,
        "status": message_status(deliveries),
        "payload": message.payload or {},
        "deliveries": [delivery_wire(delivery) for delivery in deliveries],
        "created_at": instant(message.created_at),
    }


def webhook_messages_wire(messages: Iterable[WebhookMessage]) -> list[WebhookMessageWire]:
    return [webhook_message_wire(message) for message in messages]


def delivery_wire(delivery: WebhookDelivery) -> DeliveryWire:
    return {
        "lago_id": str(delivery.id),
        "lago_webhook_endpoint_id": str(delivery.endpoint_id),
        "status": delivery.status,
        "attempts_count": delivery.attempts_count,
    }


def message_status(deliveries: Iterable[WebhookDelivery]) -> str:
    """Of several endpoints the one that is worst off."""
    found = {delivery.status for delivery in deliveries}
    for status in (DeliveryStatus.FAILED, DeliveryStatus.PENDING, DeliveryStatus.SUCCEEDED):
        if status in found:
            return status.value
    return NOT_SENT
