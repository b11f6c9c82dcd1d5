"""The fee of a charge's usage, whoever measured and priced it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from billing_site.kernel.intervals import Interval
from billing_site.kernel.money import to_cents, to_precise_cents
from invoices.billing.drafts import BillingJob, FeeDraft
from invoices.billing.period_days import begins_a_period, charges_of
from invoices.billing.prices import GroupValues, Price
from invoices.models import FeeType
from invoices.settlement import TaxRate
from plans.models import Charge
from plans.periods import current_period
from plans.rating import Rated


class PricedUsage(NamedTuple):
    """The units of one price and group, and what they cost."""

    price: Price
    group: GroupValues
    units: Decimal
    total_aggregated_units: Decimal
    events_count: int
    rated: Rated


def is_renewal(job: BillingJob, charge: Charge) -> bool:
    """Whether the fee is for units carried over into a period that is paid in advance (3-D8)."""
    return charge.pay_in_advance and begins_a_period(job)


def renewed_period(job: BillingJob) -> Interval:
    coming = current_period(job.terms, job.billed_at).charges
    assert coming is not None, "a current period always has a range of usage"
    return coming


def usage_fee(
    job: BillingJob,
    charge: Charge,
    usage: PricedUsage,
    taxes: tuple[TaxRate, ...],
    presentation_breakdowns: Sequence[Mapping[str, Any]] = (),
) -> FeeDraft:
    """One fee, its amount rounded once (3-C1)."""
    currency = job.subscription.plan.amount_currency
    metric, chosen = charge.billable_metric, usage.price.charge_filter
    return FeeDraft(
        fee_type=FeeType.CHARGE,
        item_id=metric.id,
        item_code=metric.code,
        item_name=metric.name,
        invoice_display_name=charge.invoice_display_name,
        subscription_id=job.subscription.id,
        charge_id=charge.id,
        charge_filter_id=chosen.id if chosen else None,
        filter_display_name=str(chosen) if chosen else "",
        grouped_by=dict(usage.group),
        interval=renewed_period(job) if is_renewal(job, charge) else charges_of(job),
        units=usage.units,
        total_aggregated_units=usage.total_aggregated_units,
        events_count=usage.events_count,
        amount_cents=to_cents(usage.rated.amount, currency),
        precise_amount_cents=to_precise_cents(usage.rated.amount, currency),
        precise_unit_amount=usage.rated.unit_amount,
        taxes=taxes,
        amount_details=usage.rated.amount_details,
        presentation_breakdowns=presentation_breakdowns,
        is_invoiceable=charge.invoiceable,
    )
