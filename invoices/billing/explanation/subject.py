"""What an explanation starts from: a fee of usage with its job, its prices and the part of usage that it bills."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import msgspec
from django.db.models import Prefetch, Q, QuerySet

from billing_site.kernel.intervals import Interval
from invoices.billing.drafts import BillingJob
from invoices.billing.event_fees import EventJob
from invoices.billing.jobs import job_again
from invoices.billing.metering import Reading, reading_of
from invoices.billing.prices import GroupValues, Price, PriceList
from invoices.models import Fee, FeeType, InvoiceSubscription, InvoicingReason
from plans.models import Charge, ChargeFilter
from plans.periods import current_period
from plans.queries import terms_of
from plans.rating.filters import Dimension
from usage.queries import UsageRequest

Measured = TypeVar("Measured")


def with_subject(fees: QuerySet[Fee]) -> QuerySet[Fee]:
    """Everything that ``subject_of`` and ``explain`` read of a fee."""
    return fees.select_related(
        "invoice",
        "customer__billing_entity",
        "subscription__plan",
        "subscription__customer__billing_entity",
        "charge__billable_metric",
        "charge_filter",
        *("fixed_charge__add_on", "fixed_charge_units"),
    ).prefetch_related("applied_taxes")


@dataclass(frozen=True, slots=True)
class Subject:
    """``reading`` is None for the fee of one event."""

    fee: Fee
    job: BillingJob
    listed: PriceList
    reading: Reading | None

    @property
    def group(self) -> GroupValues:
        return tuple((key, self.fee.grouped_by.get(key)) for key in self.price.model.grouping.pricing_group_keys)

    @property
    def price(self) -> Price:
        return next(price for price in self.listed.prices if _filter_id(price) == self.fee.charge_filter_id)

    @property
    def request(self) -> UsageRequest:
        """All events that the fee's units were counted from."""
        if self.reading is None:
            return EventJob(self.job, self.listed, {}).request
        requests = (*self.reading.tallied, *([self.reading.events] if self.reading.events else []))
        start = min(request.interval.start for request in requests)
        return self.reading.tally._replace(interval=Interval(start, self.reading.tally.interval.end))

    @property
    def epoch(self) -> int | None:
        return self.fee.invoice.usage_epoch if self.fee.invoice else None

    def own(self, measured: Sequence[tuple[Dimension, Measured]]) -> list[Measured]:
        """The part of it that has the fee's price and group."""
        for price, groups in self.listed.split(measured):
            if _filter_id(price) == self.fee.charge_filter_id:
                return groups.get(self.group, [])
        return []


def subject_of(fee: Fee) -> Subject | None:
    """None for what was not counted: other fees, and what lacks to a minimum."""
    if fee.fee_type != FeeType.CHARGE or fee.true_up_parent_id is not None:
        return None
    listed = _prices_then(fee)
    if fee.charge_filter_id not in {_filter_id(price) for price in listed.prices}:
        return None
    if fee.pay_in_advance_event_transaction_id:
        return Subject(fee, _event_job(fee), listed, None)
    job = job_of(fee)
    reading = reading_of(job, listed) if job else None
    return Subject(fee, job, listed, reading) if job and reading else None


def _prices_then(fee: Fee) -> PriceList:
    """The charge with the filters that it had when the fee was made."""
    then = Q(deleted_at__isnull=True) | Q(deleted_at__gt=fee.created_at)
    filters = ChargeFilter.objects.filter(then, created_at__lte=fee.created_at).order_by("created_at", "id")
    assert fee.charge_id is not None, "a fee of usage names its charge"
    charges = Charge.objects.select_related("billable_metric").prefetch_related(Prefetch("filters", filters))
    return PriceList.of(charges.get(id=fee.charge_id))


def job_of(fee: Fee) -> BillingJob | None:
    """The job that its invoice was made from; None for a fee on its own. Wants ``with_subject``."""
    if fee.invoice is None or fee.subscription_id is None:
        return None
    period = (
        InvoiceSubscription.objects.filter(invoice=fee.invoice, subscription_id=fee.subscription_id)
        .select_related("subscription__plan", "subscription__customer__billing_entity")
        .first()
    )
    return job_again(period, fee.invoice.timezone) if period else None


def _event_job(fee: Fee) -> BillingJob:
    subscription = fee.subscription
    assert subscription is not None and fee.from_datetime is not None and fee.to_datetime is not None
    timezone = fee.invoice.timezone if fee.invoice else fee.customer.applicable_timezone
    terms = msgspec.structs.replace(terms_of(subscription), timezone=timezone, terminated_at=None)
    charges = Interval(fee.from_datetime, fee.to_datetime)
    period = msgspec.structs.replace(current_period(terms, fee.from_datetime), charges=charges)
    return BillingJob(subscription, terms, period, InvoicingReason.IN_ADVANCE_CHARGE, fee.created_at)


def _filter_id(price: Price) -> UUID | None:
    return price.charge_filter.id if price.charge_filter else None
