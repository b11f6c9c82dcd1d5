"""Payloads that are rendered when they are first needed: who tells of thousands at once does not wait for them.

Only for objects that are final when they are told of, because they are shown as they are then.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from customers.models import WebhookMessage
from customers.webhooks.catalogue import payload_of

# The objects of these ids as the API shows them, each at its instant, in a constant number of queries.
Renderer = Callable[[Mapping[UUID, datetime]], Mapping[UUID, Mapping[str, Any]]]
_renderers: dict[str, Renderer] = {}


def renders(webhook_types: Iterable[str], renderer: Renderer) -> None:
    """Whoever owns the objects says once, at the start, how they are shown."""
    _renderers.update(dict.fromkeys(webhook_types, renderer))


def rendered(webhook_type: str, told_at: Mapping[UUID, datetime]) -> Mapping[UUID, Mapping[str, Any]]:
    return _renderers[webhook_type](told_at)


def with_payloads(messages: Iterable[WebhookMessage]) -> list[WebhookMessage]:
    """``messages``, each with its payload; one that is rendered now is kept, so that all are told the same."""
    known = list(messages)
    missing = {message.id for message in known if message.payload is None}
    if missing:
        payloads = _rendered_once(missing)
        for message in known:
            message.payload = payloads.get(message.id, message.payload)
    return known


@transaction.atomic
def _rendered_once(message_ids: Collection[UUID]) -> dict[UUID, Any]:
    messages = list(WebhookMessage.objects.filter(id__in=message_ids).order_by("id").select_for_update(no_key=True))
    due: dict[str, list[tuple[UUID, WebhookMessage]]] = defaultdict(list)
    for message in messages:
        if message.payload is None and message.object_id is not None:
            due[message.webhook_type].append((message.object_id, message))
    for webhook_type, group in due.items():
        shown = rendered(webhook_type, {object_id: message.created_at for object_id, message in group})
        for object_id, message in group:
            message.payload = payload_of(webhook_type, message.organization_id, shown[object_id])
    WebhookMessage.objects.bulk_update([message for group in due.values() for _, message in group], ["payload"])
    return {message.id: message.payload for message in messages}
