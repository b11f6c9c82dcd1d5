"""Delivers what the outbox holds: at least once, three times at most, by any number of workers.

An attempt is counted and leased before it is made, without a lock while the network is awaited. If the worker dies, the
lease runs out and someone else makes the attempt again.
"""

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from billing_site.kernel.clock import wall_now
from customers.models import DeliveryStatus, WebhookAttempt, WebhookDelivery
from customers.webhooks.connection import Answer, Unreachable, post
from customers.webhooks.rendering import with_payloads
from customers.webhooks.signature import private_key_pem, signed

# Before the second and the third attempt; there is no fourth.
PAUSES = (timedelta(minutes=1), timedelta(minutes=10))
BATCH, SENDERS = 40, 10
# One endpoint that hangs must not keep the others waiting.
SHARE = 10
# Longer than a task may run.
LEASE = timedelta(minutes=5)
LONGEST_SECONDS = 60

_CLAIM = """
    WITH free AS (
        SELECT waiting.id FROM customers_webhookendpoint AS endpoint
        CROSS JOIN LATERAL (
            SELECT id FROM customers_webhookdelivery
            WHERE endpoint_id = endpoint.id AND status = 'pending' AND next_attempt_at <= %(now)s
            ORDER BY next_attempt_at, id LIMIT %(share)s FOR UPDATE SKIP LOCKED
        ) AS waiting
        WHERE %(organization)s::uuid IS NULL OR endpoint.organization_id = %(organization)s
        LIMIT %(batch)s
    )
    UPDATE customers_webhookdelivery AS delivery
    SET attempts_count = attempts_count + 1, next_attempt_at = %(lease)s
    FROM free WHERE delivery.id = free.id
    RETURNING delivery.id
"""


class Outcome(NamedTuple):
    delivery: WebhookDelivery
    attempt: WebhookAttempt


def deliver(organization_id: UUID | None = None) -> int:
    """Make every attempt that is due, of one organization or of all; how many. Stops after a minute for the next task.

    ``at`` is the real world's here: receivers do not live in a sandbox.
    """
    made, end = 0, time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < end and (claimed := claim(organization_id, at=wall_now())):
        made += _attempt(claimed)
    return made


def claim(organization_id: UUID | None, *, at: datetime) -> list[UUID]:
    """Deliveries that are due and nobody else is at; theirs until the lease runs out."""
    parameters = {"now": at, "lease": at + LEASE, "organization": organization_id, "share": SHARE, "batch": BATCH}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, parameters)
        return [delivery_id for (delivery_id,) in cursor.fetchall()]


def _attempt(delivery_ids: Sequence[UUID]) -> int:
    """Threads do the waiting; they touch no database."""
    deliveries = (
        WebhookDelivery.objects.filter(id__in=delivery_ids).select_related("message", "endpoint").order_by("id")
    )
    with_payloads(delivery.message for delivery in deliveries)
    private_key = private_key_pem()
    with ThreadPoolExecutor(SENDERS) as senders:
        outcomes = list(senders.map(lambda delivery: send(delivery, private_key), deliveries))
    _record(outcomes)
    return len(outcomes)


def send(delivery: WebhookDelivery, private_key: str) -> Outcome:
    """One request. An endpoint that cannot be reached is an outcome, not an error."""
    started_at, started = wall_now(), time.monotonic()
    answer, error = _answer(delivery, private_key)
    attempt = WebhookAttempt(
        delivery=delivery,
        at=started_at,
        milliseconds=int((time.monotonic() - started) * 1000),
        http_status=answer.status if answer else None,
        response=answer.text if answer else "",
        error=error,
    )
    return Outcome(delivery, attempt)


def _answer(delivery: WebhookDelivery, private_key: str) -> tuple[Answer | None, str]:
    endpoint, body = delivery.endpoint, body_of(delivery.message.payload)
    algorithm = endpoint.signature_algo
    signature = signed(
        body, algorithm=algorithm, hmac_key=endpoint.hmac_key, private_key=private_key, issuer=settings.PUBLIC_URL
    )
    headers = [
        (b"Content-Type", b"application/json"),
        (b"User-Agent", b"Meterbook"),
        (b"X-Lago-Signature", signature.encode()),
        (b"X-Lago-Signature-Algorithm", algorithm.encode()),
        (b"X-Lago-Unique-Key", str(delivery.id).encode()),
    ]
    try:
        return post(endpoint.webhook_url, body, headers), ""
    except Unreachable as failure:
        return None, str(failure)


def body_of(payload: object) -> bytes:
    """The bytes that are signed and sent."""
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()


def _record(outcomes: Sequence[Outcome]) -> None:
    for delivery, attempt in outcomes:
        _decide(delivery, attempt)
    with transaction.atomic():
        alive = _still_there(outcomes)
        WebhookAttempt.objects.bulk_create([attempt for delivery, attempt in outcomes if delivery.id in alive])
        WebhookDelivery.objects.bulk_update(
            [delivery for delivery, _ in outcomes if delivery.id in alive], ["status", "next_attempt_at"]
        )


def _still_there(outcomes: Sequence[Outcome]) -> set[UUID]:
    """An endpoint may have been deleted while it was called."""
    rows = WebhookDelivery.objects.filter(id__in=[delivery.id for delivery, _ in outcomes]).order_by("id")
    return set(rows.select_for_update(of=("self",)).values_list("id", flat=True))


def _decide(delivery: WebhookDelivery, attempt: WebhookAttempt) -> None:
    """2xx is delivered; anything else is tried again after a pause, until there is none left."""
    made = delivery.attempts_count
    delivery.next_attempt_at = None
    if attempt.http_status is not None and 200 <= attempt.http_status < 300:
        delivery.status = DeliveryStatus.SUCCEEDED
    elif made > len(PAUSES):
        delivery.status = DeliveryStatus.FAILED
    else:
        delivery.next_attempt_at = wall_now() + PAUSES[made - 1]
