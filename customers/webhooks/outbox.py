"""The outbox: messages are written in the transaction of what they tell, so none is lost and none is untrue."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from billing_site.kernel.clock import wall_now
from billing_site.kernel.copy import as_jsonb, copy_rows, shared
from billing_site.kernel.ids import uuid7
from billing_site.kernel.jobs import enqueue
from customers.models import DeliveryStatus, Organization, WebhookDelivery, WebhookMessage
from customers.webhooks.catalogue import OBJECT_TYPES, payload_of, wants
from customers.webhooks.rendering import rendered

DELIVER = "customers.tasks.deliver_webhooks"
MESSAGE_COLUMNS = (
    *("id", "created_at", "updated_at", "organization_id", "webhook_type", "object_type"),
    *("object_id", "payload"),
)
DELIVERY_COLUMNS = ("id", "message_id", "endpoint_id", "status", "attempts_count", "next_attempt_at")

Render = Callable[[], Iterable[Mapping[str, Any]]]


class Audience(NamedTuple):
    """Who is told: the ids of the endpoints. A sandbox keeps its messages even when there is none."""

    sandbox: bool
    endpoint_ids: Sequence[UUID]

    @property
    def is_listening(self) -> bool:
        return self.sandbox or bool(self.endpoint_ids)


class _Told(NamedTuple):
    """An object as the API shows it, or the id of one that will be shown when the message is needed."""

    object_id: UUID | None = None
    shown: Mapping[str, Any] | None = None


def announce(webhook_type: str, render: Render, *, organization_id: UUID, at: datetime) -> None:
    """Tell the organization's endpoints, in one message each, of what ``render`` gives: objects as the API shows them.

    In the caller's transaction and in a constant number of statements; ``render`` is not called, and nothing is
    written, when nobody listens. ``announce("tax.created", lambda: [tax_wire(tax)], organization_id=…, at=at)``.
    """
    audience = audience_of(organization_id, webhook_type)
    if audience.is_listening:
        _write(webhook_type, [_Told(shown=each) for each in render()], organization_id, audience, at)


def announce_final(webhook_type: str, object_ids: Sequence[UUID], *, organization_id: UUID, at: datetime) -> None:
    """Tell of objects that are final, in the order given, as they are when the message is needed (``rendering``).

    A sandbox reads what it did at once, so there they are rendered now.
    """
    audience = audience_of(organization_id, webhook_type)
    if audience.sandbox:
        shown = rendered(webhook_type, dict.fromkeys(object_ids, at))
        _write(webhook_type, [_Told(key, shown[key]) for key in object_ids], organization_id, audience, at)
    elif audience.is_listening:
        _write(webhook_type, list(map(_Told, object_ids)), organization_id, audience, at)


def audience_of(organization_id: UUID, webhook_type: str) -> Audience:
    columns = ("sandbox", "webhook_endpoints__id", "webhook_endpoints__event_types")
    rows = list(Organization.objects.filter(pk=organization_id).order_by().values_list(*columns))
    listening = [key for _, key, event_types in rows if key is not None and wants(event_types, webhook_type)]
    return Audience(bool(rows and rows[0][0]), listening)


def _write(webhook_type: str, told: Sequence[_Told], organization_id: UUID, audience: Audience, at: datetime) -> None:
    if not told:
        return
    ids = [uuid7() for _ in told]
    of_all = shared(at, at, organization_id, webhook_type, OBJECT_TYPES[webhook_type])
    copy_rows(
        WebhookMessage._meta.db_table,
        MESSAGE_COLUMNS,
        (
            (
                *(key, of_all, each.object_id),
                None if each.shown is None else as_jsonb(payload_of(webhook_type, organization_id, each.shown)),
            )
            for key, each in zip(ids, told, strict=True)
        ),
    )
    if audience.endpoint_ids:
        _send(ids, organization_id, audience)


def _send(message_ids: Sequence[UUID], organization_id: UUID, audience: Audience) -> None:
    now = wall_now()
    copy_rows(
        WebhookDelivery._meta.db_table,
        DELIVERY_COLUMNS,
        (
            (uuid7(), message_id, shared(endpoint_id, DeliveryStatus.PENDING, 0, now))
            for message_id in message_ids
            for endpoint_id in audience.endpoint_ids
        ),
    )
    hand_over(organization_id, sandbox=audience.sandbox)


def hand_over(organization_id: UUID, *, sandbox: bool) -> None:
    """Have what is pending delivered: by a worker, or in a sandbox here, but after the commit: no lock waits for it."""
    deliver = partial(enqueue, DELIVER, organization_id, inline=sandbox)
    if sandbox:
        transaction.on_commit(deliver, robust=True)
    else:
        deliver()
