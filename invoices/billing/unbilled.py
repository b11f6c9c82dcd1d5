"""What customers have used and were not billed for: what their wallets will have to pay (3-W7)."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from django.db.models import DecimalField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from billing_site.kernel.errors import BillingError
from billing_site.kernel.money import round_half_up
from invoices.billing.gather import gather
from invoices.billing.usage import UsageStatement, running_jobs, statement_of
from invoices.models import Fee, InvoiceStatus, InvoiceType
from invoices.settlement import Bucket, Owed
from plans.models import Subscription, SubscriptionStatus
from plans.queries import with_terms

log = structlog.get_logger(__name__)

GONE = (InvoiceStatus.VOIDED, InvoiceStatus.CLOSED, InvoiceStatus.DELETED)
# In cents, with tax and less what coupons and progressive invoices took off.
_VALUE = ExpressionWrapper(
    F("amount_cents") - F("precise_coupons_amount_cents") + F("taxes_precise_amount_cents"),
    output_field=DecimalField(max_digits=40, decimal_places=15),
)


class Account(NamedTuple):
    customer_id: UUID
    currency: str


Unbilled = Mapping[Account, Owed]


def unbilled(customer_ids: Collection[UUID], *, at: datetime) -> Unbilled:
    """By customer and currency, whole cents of each bucket; a constant number of queries.

    Current usage and drafts, with tax, less what progressive invoices and charges paid in advance billed of the running
    periods. A subscription whose usage cannot be priced counts as unused.
    """
    statements = list(_statements(customer_ids, at))
    totals: dict[Account, dict[Bucket, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for account, bucket, cents in (*_used(statements), *_drafted(customer_ids)):
        totals[account][bucket] += cents
    for account, bucket, cents in _billed(statements):
        totals[account][bucket] -= cents
    return {account: _whole(values) for account, values in totals.items()}


Part = tuple[Account, Bucket, Decimal]


def _statements(customer_ids: Collection[UUID], at: datetime) -> Iterator[UsageStatement]:
    active = Subscription.objects.filter(customer_id__in=list(customer_ids), status=SubscriptionStatus.ACTIVE)
    jobs = running_jobs(list(with_terms(active)), at=at)
    gathered = gather(jobs, only_usage=True)
    for job in jobs:
        try:
            yield statement_of(job, gathered, apply_taxes=True)
        except BillingError as refusal:
            log.warning("usage has no price", subscription_id=str(job.subscription.id), reason=str(refusal))


def _used(statements: Sequence[UsageStatement]) -> Iterator[Part]:
    for statement in statements:
        fees = [fee for usage in statement.charges for fee in usage.fees]
        for fee, settled in zip(fees, statement.settlement.fees, strict=True):
            yield (
                _account(statement),
                Bucket(fee.fee_type, fee.item_id),
                fee.amount_cents + settled.taxes.precise_amount_cents,
            )


def _drafted(customer_ids: Collection[UUID]) -> Iterator[Part]:
    drafts = Fee.objects.filter(customer_id__in=list(customer_ids), invoice__status=InvoiceStatus.DRAFT)
    for customer_id, currency, bucket, cents in _summed(drafts, "customer_id", "amount_currency"):
        yield Account(customer_id, currency), bucket, cents


def _billed(statements: Sequence[UsageStatement]) -> Iterator[Part]:
    """Of the running periods; which fees these are shows in where their ranges begin."""
    if not statements:
        return
    own = {statement.subscription.id: statement for statement in statements}
    fees = Fee.objects.filter(
        Q(pay_in_advance=True, fee_type="charge") | Q(invoice__invoice_type=InvoiceType.PROGRESSIVE_BILLING),
        subscription_id__in=own,
        from_datetime__gte=min(statement.period.start for statement in statements),
    ).exclude(invoice__status__in=GONE)
    for subscription_id, from_datetime, bucket, cents in _summed(fees, "subscription_id", "from_datetime"):
        statement = own[subscription_id]
        if from_datetime in statement.period:
            yield _account(statement), bucket, cents


def _summed(fees: QuerySet[Fee], *columns: str) -> Iterator[tuple[Any, Any, Bucket, Decimal]]:
    grouped = fees.order_by().values_list(*columns, "fee_type", "charge__billable_metric_id")
    for first, second, fee_type, metric_id, cents in grouped.annotate(cents=Coalesce(Sum(_VALUE), Decimal(0))):
        yield first, second, Bucket(fee_type, metric_id), cents


def _account(statement: UsageStatement) -> Account:
    subscription = statement.subscription
    return Account(subscription.customer_id, subscription.plan.amount_currency)


def _whole(values: Mapping[Bucket, Decimal]) -> Owed:
    return {bucket: max(int(round_half_up(cents)), 0) for bucket, cents in values.items()}
