"""What API, console, portal and documents read of invoices. Every function is a constant number of queries."""

from invoices.queries.credit_note import credit_note_by_id, credit_notes_for_wire, credit_notes_of
from invoices.queries.invoice import (
    BillingProgress,
    alerts_for_wire,
    alerts_of_subscription,
    applied_coupons_of,
    billing_progress,
    credits_for_wire,
    fees_for_wire,
    fees_of,
    for_wire,
    invoice_by_id,
    invoice_details,
    invoices_of,
    used_cents_of_coupons,
    with_details,
)
from invoices.queries.payment import (
    payments_for_wire,
    payments_of,
    receipts_for_wire,
    receipts_of,
    requests_for_wire,
    requests_of,
)

__all__ = [
    "BillingProgress",
    "alerts_for_wire",
    "alerts_of_subscription",
    "applied_coupons_of",
    "billing_progress",
    "credit_note_by_id",
    "credit_notes_for_wire",
    "credit_notes_of",
    "credits_for_wire",
    "fees_for_wire",
    "fees_of",
    "for_wire",
    "invoice_by_id",
    "invoice_details",
    "invoices_of",
    "payments_for_wire",
    "payments_of",
    "receipts_for_wire",
    "receipts_of",
    "requests_for_wire",
    "requests_of",
    "used_cents_of_coupons",
    "with_details",
]
