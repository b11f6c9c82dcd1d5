"""From a job and what was gathered to its fees: the subscription fee and one fee for each charge and group."""

import json
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from billing_site.kernel.money import round_half_up, to_cents, to_precise_cents, to_units
from invoices.billing.drafts import BillingJob, FeeDraft
from invoices.billing.gather import Gathered, usage_request
from invoices.models import FeeType
from invoices.settlement import TaxRate
from plans.models import Charge
from plans.periods import DayShare, subscription_fee_days
from plans.rating import ChargeModel, Usage, parse_properties, rate
from plans.rating.grouping import Grouping
from usage.aggregation import (
    AggregationType,
    Metric,
    RoundingFunction,
    Tally,
    Units,
    WeightedInterval,
    aggregate,
)
from usage.models import BillableMetric
from usage.queries import CodeUsage

ZERO = Decimal(0)
GroupValues = tuple[tuple[str, str | None], ...]


def rate_job(job: BillingJob, gathered: Gathered) -> tuple[FeeDraft, ...]:
    """All fees of one subscription for one invoice; those of nothing are left out (U10)."""
    fees = [*_subscription_fees(job, gathered), *usage_fees(job, gathered)]
    return tuple(fee for fee in fees if not fee.is_nothing)


def usage_fees(job: BillingJob, gathered: Gathered) -> Iterator[FeeDraft]:
    """A fee for every charge and group, also those of nothing: current usage shows them."""
    for charge in gathered.charges_of(job):
        request = usage_request(job, charge)
        if request is not None:
            yield from _charge_fees(job, charge, gathered.usage.get(request, ()), gathered)


def _subscription_fees(job: BillingJob, gathered: Gathered) -> Iterator[FeeDraft]:
    if not job.boundaries.is_subscription_due:
        return
    subscription, plan = job.subscription, job.subscription.plan
    share = subscription_fee_days(job.terms, job.boundaries)
    precise = prorated_cents(plan.amount_cents, share)
    amount_cents = int(round_half_up(precise))
    yield FeeDraft(
        fee_type=FeeType.SUBSCRIPTION,
        item_id=subscription.id,
        item_code=plan.code,
        item_name=plan.name,
        invoice_display_name=plan.invoice_display_name,
        subscription_id=subscription.id,
        interval=job.boundaries.subscription,
        units=Decimal(1),
        total_aggregated_units=Decimal(1),
        amount_cents=amount_cents,
        precise_amount_cents=precise,
        precise_unit_amount=to_units(amount_cents, plan.amount_currency),
        taxes=gathered.taxes.of_plan(plan, subscription.customer),
        amount_details={"plan_amount_cents": plan.amount_cents, "days": share.days, "period_days": share.period_days},
    )


def prorated_cents(amount_cents: int, share: DayShare) -> Decimal:
    """The days' part of a period's price, in cents, unrounded (3-S1). 3,000 for 15 of 30 days: 1,500."""
    return Decimal(amount_cents) * share.days / share.period_days


def _charge_fees(job: BillingJob, charge: Charge, usage: CodeUsage, gathered: Gathered) -> Iterator[FeeDraft]:
    model = price_of(charge)
    taxes = gathered.taxes.of_charge(charge, job.subscription.plan, job.subscription.customer)
    metric = metric_of(charge.billable_metric)
    for group, tally in grouped(usage, model.grouping).items():
        yield _charge_fee(job, charge, model, Group(group, aggregate(metric, tally), taxes))


class Group(NamedTuple):
    """The units of one combination of a charge's pricing keys."""

    values: GroupValues
    units: Units
    taxes: tuple[TaxRate, ...]


def _charge_fee(job: BillingJob, charge: Charge, model: ChargeModel, group: Group) -> FeeDraft:
    currency = job.subscription.plan.amount_currency
    metric, units, charges = charge.billable_metric, group.units, job.boundaries.charges
    assert charges is not None, "usage is rated only where it is billed"
    rated = rate(model, priced_usage(units, currency))
    return FeeDraft(
        fee_type=FeeType.CHARGE,
        item_id=metric.id,
        item_code=metric.code,
        item_name=metric.name,
        invoice_display_name=charge.invoice_display_name,
        subscription_id=job.subscription.id,
        charge_id=charge.id,
        grouped_by=dict(group.values),
        interval=charges,
        # A negative total bills nothing and shows no units (3-G4).
        units=max(units.full_units, ZERO),
        total_aggregated_units=units.total_aggregated_units,
        events_count=units.events_count,
        amount_cents=to_cents(rated.amount, currency),
        precise_amount_cents=to_precise_cents(rated.amount, currency),
        precise_unit_amount=rated.unit_amount,
        taxes=group.taxes,
        amount_details=rated.amount_details,
    )


def priced_usage(units: Units, currency: str) -> Usage:
    return Usage(
        units=units.units,
        full_units=units.full_units,
        events_count=units.events_count,
        precise_total_amount_cents=units.precise_total_amount_cents,
        currency=currency,
    )


def grouped(usage: CodeUsage, grouping: Grouping) -> dict[GroupValues, Tally]:
    """Merge the usage of all dimensions that agree in the pricing keys; a missing key is a null value (3-G15).

    Without any usage there is one group of nulls, so that a first tier's flat amount is still due (3-H4).
    """
    keys = grouping.pricing_group_keys
    groups: dict[GroupValues, list[Tally]] = {}
    for dimension, tally in usage:
        groups.setdefault(tuple((key, dimension.get(key)) for key in keys), []).append(tally)
    return {group: Tally.total(tallies) for group, tallies in groups.items()} or {
        tuple((key, None) for key in keys): Tally.empty()
    }


def price_of(charge: Charge) -> ChargeModel:
    return _parsed(charge.charge_model, json.dumps(charge.properties, sort_keys=True))


@lru_cache(maxsize=10_000)
def _parsed(charge_model: str, properties: str) -> ChargeModel:
    """Parsing is dearer than pricing, and a run prices the same charge for every subscription."""
    return parse_properties(charge_model, json.loads(properties))


def metric_of(metric: BillableMetric) -> Metric:
    return Metric(
        aggregation_type=AggregationType(metric.aggregation_type),
        recurring=metric.recurring,
        rounding_function=RoundingFunction(metric.rounding_function) if metric.rounding_function else None,
        rounding_precision=metric.rounding_precision,
        weighted_interval=WeightedInterval(metric.weighted_interval) if metric.weighted_interval else None,
    )
