"""The first payment activates a subscription that waits for it (S18); without it, its first invoice is void."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from invoices.billing.drafts import InvoiceDraft
from invoices.models import Invoice, InvoiceStatus, InvoiceSubscription, InvoicingReason, PaymentStatus
from invoices.services.void import void_invoice
from plans.models import Subscription, SubscriptionStatus
from plans.services.subscription import open_gates


def activate_paid(*, invoice_ids: Sequence[UUID], at: datetime) -> None:
    """Those whose first invoice is one of these, if it is paid."""
    starts = InvoiceSubscription.objects.filter(
        invoice__in=invoice_ids,
        invoice__payment_status=PaymentStatus.SUCCEEDED,
        invoicing_reason=InvoicingReason.STARTING,
        subscription__status=SubscriptionStatus.INCOMPLETE,
    )
    waiting = list(starts.order_by("subscription").values_list("subscription", flat=True))
    if waiting:
        open_gates(subscription_ids=waiting, at=at)


def activate_what_owes_nothing(*, drafts: Sequence[InvoiceDraft], at: datetime) -> None:
    """A first invoice of zero is paid as it is written (3-O3)."""
    gated = [draft.id for draft in drafts if any(job.subscription.is_incomplete for job in draft.jobs)]
    if gated:
        activate_paid(invoice_ids=gated, at=at)


def void_unpaid_starts(*, subscriptions: Sequence[Subscription], at: datetime) -> None:
    """The first invoices of subscriptions that were canceled because nobody paid them."""
    ids = [each.id for each in subscriptions if each.started_at is not None and each.activated_at is None]
    if not ids:
        return
    starts = InvoiceSubscription.objects.filter(subscription__in=ids, invoicing_reason=InvoicingReason.STARTING)
    unpaid = Invoice.objects.filter(
        id__in=starts.values("invoice"), status=InvoiceStatus.FINALIZED, total_paid_amount_cents=0
    ).exclude(payment_status=PaymentStatus.SUCCEEDED)
    # Each gives back the coupons and credits that it used; there are few.
    for invoice in unpaid.order_by("id"):
        void_invoice(invoice=invoice, at=at)
