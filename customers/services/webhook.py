"""Commands on webhooks: endpoints, and sending a message once more."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

from billing_site.kernel.clock import wall_now
from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotFound, ValidationFailed
from billing_site.kernel.locks import locked
from customers.models import DeliveryStatus, Organization, WebhookDelivery, WebhookEndpoint
from customers.webhooks.catalogue import ALL_TYPES, OBJECT_TYPES
from customers.webhooks.outbox import hand_over

MOST_ENDPOINTS = 10


class EndpointValues(TypedDict, total=False):
    """What an absent key leaves as it is. ``event_types`` None, or with ``*`` among them: all."""

    webhook_url: str
    name: str
    signature_algo: str
    event_types: Sequence[str] | None


@command
def create_webhook_endpoint(
    *, organization: Organization, at: datetime, **values: Unpack[EndpointValues]
) -> WebhookEndpoint:
    """A further address to be told (X1). Raises ``ValidationFailed`` for the eleventh, for an unknown type and for an
    address that is there already."""
    owner = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if owner.webhook_endpoints.count() >= MOST_ENDPOINTS:
        raise ValidationFailed(base=["exceeded_limit"])
    return WebhookEndpoint.objects.create(organization=owner, created_at=at, **_checked(values))


@command
def update_webhook_endpoint(
    *, endpoint: WebhookEndpoint, at: datetime, **values: Unpack[EndpointValues]
) -> WebhookEndpoint:
    """Messages that wait already go to the new address."""
    endpoint.change(at=at, **_checked(values))
    return endpoint


@command
def delete_webhook_endpoint(*, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """What waits for it is not delivered any more; the messages stay."""
    key = endpoint.pk
    endpoint.delete()
    endpoint.pk = key  # the answer still names it
    return endpoint


@command
def resend_webhook(*, delivery: WebhookDelivery) -> WebhookDelivery:
    """Have a delivery attempted once more, now, also one that succeeded (X2); if it fails, all pauses begin again.

    The receiver knows it by its ``X-Lago-Unique-Key``. Raises ``NotFound`` when it is gone.
    """
    for again in locked(WebhookDelivery.objects.filter(pk=delivery.pk).select_related("endpoint__organization")):
        again.status, again.attempts_count, again.next_attempt_at = DeliveryStatus.PENDING, 0, wall_now()
        again.save(update_fields=["status", "attempts_count", "next_attempt_at"])
        organization = again.endpoint.organization
        hand_over(organization.pk, sandbox=organization.sandbox)
        return again
    raise NotFound("webhook")


def _checked(values: EndpointValues) -> dict[str, Any]:
    checked: dict[str, Any] = {**values}
    types = checked.get("event_types")
    if types is not None:
        if not OBJECT_TYPES.keys() | {ALL_TYPES} >= set(types):
            raise ValidationFailed(event_types=["value_is_invalid"])
        checked["event_types"] = None if ALL_TYPES in types else list(dict.fromkeys(types))
    return checked
