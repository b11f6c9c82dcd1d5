"""What subscriptions were billed for their last period."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from django.db import connection

# Also an invoice that is still a draft; not one that was voided, whose period may be billed once more.
_LAST = """
    SELECT wanted.id, last.invoice_id, last.fees_amount_cents
    FROM unnest(%s::uuid[]) AS wanted (id)
    CROSS JOIN LATERAL (
        SELECT period.invoice_id, invoice.fees_amount_cents
        FROM invoices_invoicesubscription AS period JOIN invoices_invoice AS invoice ON invoice.id = period.invoice_id
        WHERE period.subscription_id = wanted.id AND period.is_current
            AND period.invoicing_reason
                IN ('subscription_periodic', 'subscription_starting', 'subscription_trial_ending')
        ORDER BY period.billed_at DESC, period.id DESC LIMIT 1
    ) AS last
"""


class LastInvoice(NamedTuple):
    """``fees_amount_cents``: of the whole invoice, before discounts and taxes."""

    invoice_id: UUID
    fees_amount_cents: int


def last_invoices(subscription_ids: Collection[UUID]) -> dict[UUID, LastInvoice]:
    """By subscription; those that share an invoice have the same one. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [list(subscription_ids)])
        return {key: LastInvoice(*columns) for key, *columns in cursor.fetchall()}
