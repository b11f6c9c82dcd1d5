"""Past usage: what was used in periods that are invoiced already (U4)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from customers.models import Customer
from invoices.models import (
    VISIBLE_STATUSES,
    Fee,
    FeeType,
    InvoiceStatus,
    InvoiceSubscription,
    InvoiceType,
    InvoicingReason,
)
from plans.models import Charge, ChargeFilter

_INVOICED = [status for status in VISIBLE_STATUSES if status not in (InvoiceStatus.DRAFT, InvoiceStatus.VOIDED)]


@dataclass(frozen=True, slots=True)
class PastCharge:
    """``filters`` are those that fees were made for; None stands for what no filter matched."""

    charge: Charge
    filters: tuple[ChargeFilter | None, ...]
    fees: tuple[Fee, ...]


@dataclass(frozen=True, slots=True)
class PastPeriod:
    period: InvoiceSubscription
    charges: tuple[PastCharge, ...]

    @property
    def fees(self) -> list[Fee]:
        return [fee for usage in self.charges for fee in usage.fees]


def invoiced_periods(customer: Customer, external_subscription_id: str) -> QuerySet[InvoiceSubscription]:
    """The ranges of usage that issued invoices cover, the latest first."""
    own = InvoiceSubscription.objects.filter(
        subscription__customer=customer,
        subscription__external_id=external_subscription_id,
        invoicing_reason__in=(InvoicingReason.PERIODIC, InvoicingReason.TERMINATING),
    )
    covering = own.filter(charges_from_datetime__isnull=False, invoice__status__in=_INVOICED, is_current=True)
    return covering.select_related("invoice", "subscription__plan").order_by("-charges_from_datetime", "-id")


def past_usage(periods: Sequence[InvoiceSubscription], *, billable_metric_code: str = "") -> list[PastPeriod]:
    """The fees of usage in each period, those of events paid in advance included. A constant number of queries."""
    fees = _fees_within(periods)
    if billable_metric_code:
        fees = fees.filter(charge__billable_metric__code=billable_metric_code)
    by_subscription: dict[UUID | None, list[Fee]] = defaultdict(list)
    for fee in fees:
        by_subscription[fee.subscription_id].append(fee)
    return [_past_period(period, by_subscription[period.subscription_id]) for period in periods]


def _past_period(period: InvoiceSubscription, fees: Iterable[Fee]) -> PastPeriod:
    return PastPeriod(period, tuple(_by_charge(fee for fee in fees if _within(period, fee))))


def _fees_within(periods: Iterable[InvoiceSubscription]) -> QuerySet[Fee]:
    ranges = Q(pk__in=[])
    for period in periods:
        ranges |= Q(
            subscription_id=period.subscription_id,
            from_datetime__gte=period.charges_from_datetime,
            from_datetime__lt=period.charges_to_datetime,
        )
    of_usage = Fee.objects.filter(ranges, fee_type=FeeType.CHARGE, true_up_parent__isnull=True)
    # What a progressive invoice billed early the period's own invoice has again.
    invoiced = Q(invoice__status__in=_INVOICED) & ~Q(invoice__invoice_type=InvoiceType.PROGRESSIVE_BILLING)
    valid = of_usage.filter(Q(invoice__isnull=True) | invoiced)
    filters = Prefetch("charge__filters", ChargeFilter.objects.order_by("created_at", "id"))
    return valid.select_related("charge__billable_metric").prefetch_related(filters).order_by("created_at", "id")


def _within(period: InvoiceSubscription, fee: Fee) -> bool:
    assert fee.from_datetime and period.charges_from_datetime and period.charges_to_datetime
    return period.charges_from_datetime <= fee.from_datetime < period.charges_to_datetime


def _by_charge(fees: Iterable[Fee]) -> list[PastCharge]:
    grouped: dict[UUID, list[Fee]] = defaultdict(list)
    for fee in fees:
        assert fee.charge is not None, "a fee of usage names its charge"
        grouped[fee.charge.id].append(fee)
    found = [_past_charge(own) for own in grouped.values()]
    return sorted(found, key=lambda usage: usage.charge.billable_metric.name.lower())


def _past_charge(fees: Sequence[Fee]) -> PastCharge:
    charge = fees[0].charge
    assert charge is not None, "a fee of usage names its charge"
    named = {fee.charge_filter_id for fee in fees}
    filters = [each for each in charge.filters.all() if each.id in named]
    return PastCharge(charge, (*filters, None) if filters else (), tuple(fees))
