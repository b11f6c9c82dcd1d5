"""Messages are kept for a quarter of a year."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from billing_site.kernel.ids import first_uuid7_at

KEPT = timedelta(days=90)
BATCH = 5_000

_DELETE = """
    WITH gone AS (
        SELECT id FROM customers_webhookmessage WHERE id < %(first_kept)s ORDER BY id LIMIT %(batch)s
    ), attempts AS (
        DELETE FROM customers_webhookattempt WHERE delivery_id IN (
            SELECT delivery.id FROM customers_webhookdelivery AS delivery JOIN gone ON gone.id = delivery.message_id)
    ), deliveries AS (
        DELETE FROM customers_webhookdelivery WHERE message_id IN (SELECT id FROM gone)
    )
    DELETE FROM customers_webhookmessage WHERE id IN (SELECT id FROM gone)
"""


def forget_old_messages(*, now: datetime) -> None:
    """Delete messages made more than 90 days before ``now``, in batches.

    By their ids, which hold the real world's time: in a sandbox ``created_at`` is the test clock's.
    """
    parameters: dict[str, Any] = {"first_kept": first_uuid7_at(now - KEPT), "batch": BATCH}
    deleted = BATCH
    while deleted == BATCH:
        with connection.cursor() as cursor:
            cursor.execute(_DELETE, parameters)
            deleted = cursor.rowcount
