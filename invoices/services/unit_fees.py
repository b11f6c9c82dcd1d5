"""Charge changes of fixed charges' units that are in force at once and paid in advance (3-X2)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from msgspec.structs import replace

from billing_site.kernel.jobs import enqueue
from invoices.billing.bill import lock_customers
from invoices.billing.compute import draft_of
from invoices.billing.credits import load_credits
from invoices.billing.drafts import BillingJob, FeeDraft, InvoiceDraft
from invoices.billing.fixed_charges import added_units, fixed_charge_fee
from invoices.billing.record import record
from invoices.billing.taxes import TaxBook, load_taxes
from invoices.models import Fee, InvoicingReason
from plans.models import FixedCharge, FixedChargeUnits, Subscription, SubscriptionStatus
from plans.periods import current_period
from plans.queries import terms_of, with_terms

Changes = Mapping[UUID, Sequence[FixedChargeUnits]]


def queue_unit_fees(*, changes: Sequence[FixedChargeUnits]) -> None:
    """Have the changes charged; in a sandbox at once."""
    if changes:
        sandbox = changes[0].subscription.organization.sandbox
        enqueue("invoices.tasks.charge_units", [change.id for change in changes], inline=sandbox)


def charge_units(*, change_ids: Sequence[UUID]) -> None:
    """One invoice for all changes of a subscription. A change is charged once, however often this runs."""
    with transaction.atomic():
        said = FixedChargeUnits.objects.filter(id__in=list(change_ids))
        lock_customers(said.values_list("subscription__customer_id", flat=True))
        charged = Fee.objects.filter(fixed_charge_units_id__in=list(change_ids)).values("fixed_charge_units_id")
        changes: dict[UUID, list[FixedChargeUnits]] = defaultdict(list)
        for change in said.exclude(id__in=charged).order_by("id"):
            changes[change.subscription_id].append(change)
        for at, drafts in _drafts_by_instant(changes).items():
            record(drafts, at=at)


@dataclass(frozen=True, slots=True)
class _Prices:
    """What prices the changes of a batch."""

    fixed_charges: Mapping[tuple[UUID, UUID], FixedCharge]
    paid_units: Mapping[tuple[UUID, UUID, datetime], Decimal]
    taxes: TaxBook


def _drafts_by_instant(changes: Changes) -> dict[datetime, list[InvoiceDraft]]:
    active = Subscription.objects.filter(id__in=list(changes), status=SubscriptionStatus.ACTIVE)
    subscriptions = list(with_terms(active).order_by("customer_id", "id"))
    prices = _load_prices(subscriptions)
    jobs = [_job(subscription, changes[subscription.id][-1].created_at) for subscription in subscriptions]
    credits = load_credits(jobs)
    drafts: dict[datetime, list[InvoiceDraft]] = defaultdict(list)
    for job in jobs:
        fees = list(_fees(job, changes[job.subscription.id], prices))
        if fees:
            drafts[job.billed_at].append(draft_of([job], fees, credits, epoch=0))
    return drafts


def _fees(job: BillingJob, changes: Sequence[FixedChargeUnits], prices: _Prices) -> Iterator[FeeDraft]:
    interval = job.boundaries.fixed_charges
    assert interval is not None, "a current period always has a range of fixed charges"
    for original_id, change in {change.fixed_charge_id: change for change in changes}.items():
        fixed_charge = prices.fixed_charges.get((job.subscription.plan_id, original_id))
        if fixed_charge is not None:
            before = prices.paid_units.get((job.subscription.id, original_id, interval.start), Decimal(0))
            priced = added_units(job, fixed_charge, change.units - before)
            fee = fixed_charge_fee(job, fixed_charge, interval, priced, prices.taxes)
            yield replace(fee, fixed_charge_units_id=change.id)


def _load_prices(subscriptions: Sequence[Subscription]) -> _Prices:
    fixed_charges = _in_advance({subscription.plan_id for subscription in subscriptions})
    taxes = load_taxes((), subscriptions, fixed_charges=fixed_charges.values())
    return _Prices(fixed_charges, _paid_units(subscriptions), taxes)


def _in_advance(plan_ids: set[UUID]) -> dict[tuple[UUID, UUID], FixedCharge]:
    found = FixedCharge.objects.filter(plan_id__in=plan_ids, pay_in_advance=True, deleted_at__isnull=True)
    return {(each.plan_id, each.original_id): each for each in found.select_related("add_on")}


def _paid_units(subscriptions: Sequence[Subscription]) -> dict[tuple[UUID, UUID, datetime], Decimal]:
    """The units paid in advance so far, by subscription, fixed charge and start of the period."""
    fees = Fee.objects.filter(subscription__in=subscriptions, fixed_charge__isnull=False, pay_in_advance=True)
    issued = fees.exclude(invoice__status__in=["voided", "deleted"])
    sums = issued.values_list(
        "subscription_id", "fixed_charge_id", "fixed_charge__parent_id", "from_datetime"
    ).annotate(total=Sum("units"))
    paid: dict[tuple[UUID, UUID, datetime], Decimal] = defaultdict(Decimal)
    for subscription_id, fixed_charge_id, parent_id, start, units in sums.order_by():
        paid[subscription_id, parent_id or fixed_charge_id, start] += units
    return paid


def _job(subscription: Subscription, at: datetime) -> BillingJob:
    terms = terms_of(subscription)
    return BillingJob(subscription, terms, current_period(terms, at), InvoicingReason.IN_ADVANCE_CHARGE, at)
