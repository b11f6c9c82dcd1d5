"""What workers are to ask payment providers for."""

from collections.abc import Sequence
from uuid import UUID

from billing_site.kernel.jobs import enqueue
from invoices.billing.drafts import InvoiceDraft
from invoices.models import PAYABLE, PaymentClaim, PaymentRequest


def queue_collection(*, drafts: Sequence[InvoiceDraft]) -> None:
    """Have what was issued collected where the customer has a provider; a batch without any costs nothing."""
    ids = [draft.id for draft in drafts if draft.customer.payment_provider and _is_owed(draft)]
    if ids:
        enqueue("invoices.tasks.collect_invoices", ids, inline=False)


def queue_request_collection(*, payment_request: PaymentRequest) -> None:
    if payment_request.customer.payment_provider:
        enqueue("invoices.tasks.collect_payment_request", payment_request.id, inline=False)


def queue_following(*, invoice_ids: Sequence[UUID]) -> None:
    """What is due on these has changed: a payment that asks for something else is to be withdrawn. One query."""
    claims = PaymentClaim.objects.filter(invoice__in=invoice_ids).order_by("payment")
    for payment_id in claims.values_list("payment", flat=True).distinct():
        enqueue("invoices.tasks.follow_payment", payment_id, inline=False)


def _is_owed(draft: InvoiceDraft) -> bool:
    is_issued = draft.is_invoiced and draft.status in PAYABLE and not draft.self_billed and not draft.paid_fee_ids
    return is_issued and draft.settlement.total_amount_cents > 0
