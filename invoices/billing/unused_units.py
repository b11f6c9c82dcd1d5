"""What was paid ahead for fixed charges and a change of plan leaves unused (3-X3)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from invoices.billing.drafts import BillingJob
from invoices.models import Fee, FeeType, InvoiceStatus, InvoicingReason
from plans.periods import days_between, days_left

# By the subscription that follows and the add-on.
UnusedCents = Mapping[tuple[UUID, UUID], Decimal]


def unused_cents(jobs: Iterable[BillingJob]) -> UnusedCents:
    """The days from the change on of prorated units that the former plan was paid for; one statement, if any."""
    following = {
        previous_id: job
        for job in jobs
        if job.reason == InvoicingReason.STARTING and (previous_id := job.subscription.previous_subscription_id)
    }
    unused: dict[tuple[UUID, UUID], Decimal] = defaultdict(Decimal)
    for fee in _paid_ahead(following) if following else ():
        job = following[fee.subscription_id] if fee.subscription_id else None
        if job is not None:
            unused[job.subscription.id, fee.item_id] += _unused(fee, job.billed_at, job.terms.timezone)
    return unused


def _paid_ahead(subscription_ids: Iterable[UUID]) -> QuerySet[Fee]:
    fees = Fee.objects.filter(
        subscription__in=list(subscription_ids),
        fee_type=FeeType.FIXED_CHARGE,
        pay_in_advance=True,
        fixed_charge__prorated=True,
    )
    void = (InvoiceStatus.VOIDED, InvoiceStatus.DELETED)
    return fees.exclude(invoice__status__in=void).select_related("fixed_charge_units")


def _unused(fee: Fee, changed_at: datetime, timezone: str) -> Decimal:
    start, end = fee.from_datetime, fee.to_datetime
    if start is None or end is None or not start <= changed_at < end:
        return Decimal(0)
    if fee.fixed_charge_units is not None:
        # Units that were added within the period are paid from their day on.
        start = max(start, fee.fixed_charge_units.created_at)
    return fee.precise_amount_cents * days_left(changed_at, end, timezone) / days_between(start, end, timezone)
