"""Webhooks over the API: endpoints, messages, and the key to verify them with."""

import base64

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from customers.api.filters import WebhookMessageFilters
from customers.api.inputs.webhook import WebhookEndpointInput
from customers.models import WebhookEndpoint
from customers.queries import webhook_messages_of
from customers.services.webhook import create_webhook_endpoint, delete_webhook_endpoint, update_webhook_endpoint
from customers.webhooks import with_payloads
from customers.webhooks.signature import private_key_pem, public_key_pem
from customers.wire.webhook import (
    WebhookEndpointWire,
    WebhookMessageWire,
    webhook_endpoint_wire,
    webhook_endpoints_wire,
    webhook_messages_wire,
)


class WebhookEndpointsView(OrganizationAPIView):
    @operation("webhook_endpoints", WebhookEndpointWire, listed=True)
    def get(self, request: Request) -> Response:
        return self.page("webhook_endpoints", self.organization.webhook_endpoints.all(), webhook_endpoints_wire)

    @operation("webhook_endpoint", WebhookEndpointWire, takes=WebhookEndpointInput)
    def post(self, request: Request) -> Response:
        values = self.arguments(WebhookEndpointInput)
        endpoint = create_webhook_endpoint(organization=self.organization, at=self.at, **values)
        return self.answer(webhook_endpoint=webhook_endpoint_wire(endpoint))


class WebhookEndpointView(OrganizationAPIView):
    @operation("webhook_endpoint", WebhookEndpointWire)
    def get(self, request: Request, lago_id: str) -> Response:
        return self.answer(webhook_endpoint=webhook_endpoint_wire(self.endpoint(lago_id)))

    @operation("webhook_endpoint", WebhookEndpointWire, takes=WebhookEndpointInput)
    def put(self, request: Request, lago_id: str) -> Response:
        values = self.arguments(WebhookEndpointInput, updating=True)
        endpoint = update_webhook_endpoint(endpoint=self.endpoint(lago_id), at=self.at, **values)
        return self.answer(webhook_endpoint=webhook_endpoint_wire(endpoint))

    @operation("webhook_endpoint", WebhookEndpointWire)
    def delete(self, request: Request, lago_id: str) -> Response:
        endpoint = delete_webhook_endpoint(endpoint=self.endpoint(lago_id))
        return self.answer(webhook_endpoint=webhook_endpoint_wire(endpoint))

    def endpoint(self, lago_id: str) -> WebhookEndpoint:
        return find(self.organization.webhook_endpoints.all(), "webhook_endpoint", id=lago_id)


class WebhookMessagesView(OrganizationAPIView):
    @operation("webhook_messages", WebhookMessageWire, filters=WebhookMessageFilters, listed=True)
    def get(self, request: Request) -> Response:
        """What endpoints were told, oldest first; a sandbox keeps its messages even without an endpoint."""
        rows = self.filtered(WebhookMessageFilters, webhook_messages_of(self.organization))
        return self.page("webhook_messages", rows, lambda page: webhook_messages_wire(with_payloads(page)))


class JsonPublicKeyView(OrganizationAPIView):
    @operation("webhook")
    def get(self, request: Request) -> Response:
        """The public key that JWT signatures are verified with: PEM, in base64."""
        return self.answer(webhook={"public_key": encoded_public_key()})


class PublicKeyView(OrganizationAPIView):
    @extend_schema(responses={(200, "text/plain"): str}, deprecated=True)
    def get(self, request: Request) -> HttpResponse:
        """The same as plain text."""
        return HttpResponse(encoded_public_key(), content_type="text/plain")


def encoded_public_key() -> str:
    return base64.encodebytes(public_key_pem(private_key_pem())).decode()
