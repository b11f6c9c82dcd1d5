"""Books that are being posted to cannot be closed meanwhile."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import connection

from customers.models import BillingEntity

# The weakest row lock: it waits for a closing, and a closing for it, but neither for each other nor for new settings.
_HOLD = "SELECT id FROM customers_billingentity WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"


def hold_books(billing_entity_ids: Collection[UUID]) -> None:
    """Until the transaction ends, what is read of these billing entities says truly which days are closed."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [list(billing_entity_ids)])


def closed_until(billing_entity_ids: Collection[UUID]) -> dict[UUID, date]:
    """The last closed day of those that have one. One query."""
    closed = BillingEntity.objects.filter(id__in=list(billing_entity_ids), books_closed_until__isnull=False)
    return {key: day for key, day in closed.values_list("id", "books_closed_until") if day}
