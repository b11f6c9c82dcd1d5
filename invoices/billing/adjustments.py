"""Fees with what someone set on them by hand (U9), while their invoice is computed."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from billing_site.kernel.money import EXACT, round_half_up, to_cents, to_precise_cents
from invoices.billing.drafts import BillingJob, FeeDraft
from invoices.billing.fee_key import FeeKey, key_of
from invoices.models import AdjustedFee, FeeType
from invoices.settlement import Adjustment, Priced, adjusted_price, at_unit_amount
from plans.rating import ChargeModel, Rated, Usage, rate, usage_of

Price = Callable[[Decimal], Priced]


def load_adjustments(invoice_ids: Collection[UUID]) -> Mapping[UUID, Mapping[FeeKey, Adjustment]]:
    """By invoice and fee. One query."""
    found: dict[UUID, dict[FeeKey, Adjustment]] = defaultdict(dict)
    for row in AdjustedFee.objects.filter(invoice__in=invoice_ids):
        found[row.invoice_id][key_of(row)] = adjustment_of(row)
    return found


def adjustment_of(row: AdjustedFee) -> Adjustment:
    return Adjustment(row.units, row.unit_precise_amount, row.invoice_display_name)


def adjusted(fee: FeeDraft, job: BillingJob, price: Price | None = None) -> FeeDraft:
    """``fee`` as the adjustments of its job want it; ``price`` is its price of other units, else its unit amount."""
    found = job.adjustments.get(key_of(fee)) if job.adjustments else None
    return fee if found is None else with_adjustment(fee, found, job.subscription.plan.amount_currency, price)


def with_adjustment(fee: FeeDraft, adjustment: Adjustment, currency: str, price: Price | None = None) -> FeeDraft:
    named = replace(
        fee, is_adjusted=True, invoice_display_name=adjustment.invoice_display_name or fee.invoice_display_name
    )
    if not adjustment.changes_the_amount:
        return named
    computed = Priced(fee.units, fee.precise_unit_amount, Decimal(0), {})
    by_unit = partial(at_unit_amount, unit_amount=fee.precise_unit_amount)
    priced = adjusted_price(adjustment, computed, price or by_unit)
    return replace(
        named,
        units=priced.units,
        total_aggregated_units=priced.units,
        amount_cents=to_cents(priced.amount, currency),
        precise_amount_cents=to_precise_cents(priced.amount, currency),
        precise_unit_amount=priced.unit_amount,
        amount_details=_details(fee, priced, to_precise_cents(priced.amount, currency)),
    )


def _details(fee: FeeDraft, priced: Priced, precise_cents: Decimal) -> dict[str, Any]:
    """What an end within the period gives back goes by the price of the whole period (3-S10), which is another now."""
    details = fee.amount_details
    if fee.fee_type != FeeType.SUBSCRIPTION or not details.get("days"):
        return priced.details
    whole_cents = EXACT.divide(EXACT.multiply(precise_cents, Decimal(details["period_days"])), Decimal(details["days"]))
    return {**details, "plan_amount_cents": int(round_half_up(whole_cents))}


def price_by(model: ChargeModel, usage: Usage) -> Price:
    """The price of other units of what was used, without days."""
    return lambda units: _priced(units, rate(model, usage_of(usage, units)))


def _priced(units: Decimal, rated: Rated) -> Priced:
    return Priced(units, rated.unit_amount, rated.amount, rated.amount_details)
