"""From a job and what was gathered to its fees: the subscription fee and one fee for each charge, price and group."""

from collections.abc import Iterator
from decimal import Decimal

from msgspec.structs import replace

from billing_site.kernel.ids import uuid7
from billing_site.kernel.money import round_half_up, to_units
from invoices.billing.adjustments import adjusted, price_by
from invoices.billing.drafts import BillingJob, FeeDraft
from invoices.billing.gather import Gathered
from invoices.billing.metering import Metered, meter, reading_of
from invoices.billing.period_days import charges_of
from invoices.billing.presentation import breakdowns_of, filter_and_group
from invoices.billing.prices import PriceList
from invoices.billing.usage_fee import PricedUsage, usage_fee
from invoices.models import FeeType
from plans.periods import DayShare, covered_days, is_in_trial, subscription_fee_days
from plans.rating import charge_true_up_cents, rate

ZERO = Decimal(0)


def rate_job(job: BillingJob, gathered: Gathered) -> tuple[FeeDraft, ...]:
    """All fees of one subscription for one invoice; those of nothing are left out (U10)."""
    fees = list(_subscription_fees(job, gathered))
    for listed in gathered.prices_of(job):
        if gathered.successions.leaves_to_the_next_plan(job, listed.charge):
            continue
        fees += _with_true_up(job, listed, list(charge_fees(job, listed, gathered)), gathered)
    fees += gathered.fixed_charges.fees(job, gathered.taxes)
    parents = {fee.true_up_parent_id for fee in fees}
    kept = [fee for fee in fees if fee.id in parents or not fee.is_nothing]
    upgraded_at = gathered.successions.ended_at(job)
    commitment = gathered.commitments.fee(job, kept, gathered.taxes, upgraded_at=upgraded_at)
    return (*kept, adjusted(commitment, job)) if commitment else tuple(kept)


def charge_fees(job: BillingJob, listed: PriceList, gathered: Gathered) -> Iterator[FeeDraft]:
    """A fee for every price and group of a charge, also those of nothing: current usage shows them."""
    reading = reading_of(job, listed)
    if reading is not None:
        taxes = gathered.taxes.of_charge(listed.charge, job.subscription)
        breakdowns = breakdowns_of(job, listed, reading, gathered.measured)
        for metered in meter(job, listed, reading, gathered.measured):
            own = breakdowns.get(filter_and_group(metered.price, metered.group), ())
            by_units = price_by(metered.price.model, metered.usage)
            fee = usage_fee(job, listed.charge, priced(metered), taxes, presentation_breakdowns=own)
            yield adjusted(fee, job, by_units)


def priced(metered: Metered) -> PricedUsage:
    units = metered.units
    # A negative total bills nothing and shows no units (3-G4).
    shown = max(units.full_units, ZERO)
    rated = rate(metered.price.model, metered.usage)
    return PricedUsage(metered.price, metered.group, shown, units.total_aggregated_units, units.events_count, rated)


def _subscription_fees(job: BillingJob, gathered: Gathered) -> Iterator[FeeDraft]:
    subscription, plan = job.subscription, job.subscription.plan
    trial_end = subscription.trial_end_at
    is_free = trial_end is not None and is_in_trial(job.terms, trial_end, job.billed_at)
    if not job.boundaries.is_subscription_due or is_free:
        return
    share = subscription_fee_days(
        job.terms,
        job.boundaries,
        trial_end=trial_end,
        upgraded_at=gathered.successions.ended_at(job),
        has_previous_subscription=subscription.previous_subscription_id is not None,
    )
    precise = prorated_cents(plan.amount_cents, share)
    amount_cents = int(round_half_up(precise))
    fee = FeeDraft(
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
        taxes=gathered.taxes.of_plan(subscription),
        amount_details={"plan_amount_cents": plan.amount_cents, "days": share.days, "period_days": share.period_days},
    )
    yield adjusted(fee, job)


def prorated_cents(amount_cents: int, share: DayShare) -> Decimal:
    """The days' part of a period's price, in cents, unrounded (3-S1). 3,000 for 15 of 30 days: 1,500."""
    return Decimal(amount_cents) * share.days / share.period_days


def _with_true_up(job: BillingJob, listed: PriceList, fees: list[FeeDraft], gathered: Gathered) -> list[FeeDraft]:
    """One more fee for what all fees of a charge together lack to its minimum, below the charge's own price (3-H14)."""
    minimum_cents = listed.charge.min_amount_cents
    if not fees or not minimum_cents:
        return fees
    missing_cents = charge_true_up_cents(
        minimum_cents,
        Decimal(sum(fee.amount_cents for fee in fees)),
        billed_days=covered_days(charges_of(job), job.terms.timezone, upgraded_at=gathered.successions.ended_at(job)),
        period_days=job.boundaries.charges_days,
    )
    return [*fees, adjusted(_true_up_fee(fees[-1], missing_cents, job), job)] if missing_cents else fees


def _true_up_fee(parent: FeeDraft, amount_cents: int, job: BillingJob) -> FeeDraft:
    return replace(
        parent,
        id=uuid7(),
        true_up_parent_id=parent.id,
        units=Decimal(1),
        total_aggregated_units=Decimal(1),
        events_count=0,
        amount_cents=amount_cents,
        precise_amount_cents=Decimal(amount_cents),
        precise_unit_amount=to_units(amount_cents, job.subscription.plan.amount_currency),
        grouped_by={},
        amount_details={},
        presentation_breakdowns=(),
        is_adjusted=False,
    )
