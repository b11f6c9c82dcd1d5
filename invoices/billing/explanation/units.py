"""Fixed charges: the units that were in force and their price, from what had been said of them by then (3.8)."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from billing_site.kernel.money import to_units
from invoices.billing.drafts import BillingJob
from invoices.billing.explanation.subject import job_of
from invoices.billing.fixed_charges import FixedCharges, PaidUnits, added_units, price_of
from invoices.billing.unused_units import unused_cents
from invoices.models import Fee
from invoices.settlement import Explanation, Line, LineKind, UnitsTrail
from plans.models import FixedCharge, FixedChargeUnits
from plans.periods import current_period
from plans.queries import units_histories
from plans.rating import Rated, normalized
from usage.aggregation import DayWeighted

ZERO = Decimal(0)
ONE = Decimal(1)


def explain_units(fee: Fee) -> Explanation | None:
    """None for a fee without a period, which only its own sum can explain. Wants ``with_subject``."""
    job, fixed_charge = job_of(fee), fee.fixed_charge
    if job is None or fixed_charge is None:
        return None
    if fee.fixed_charge_units is not None:
        return _explanation(fee, fixed_charge, _added(fee, fixed_charge, job, fee.fixed_charge_units), None, ZERO)
    said = units_histories([job.subscription.id], until=fee.created_at)
    charges = FixedCharges({fixed_charge.plan_id: [fixed_charge]}, said, unused_cents([job]))
    paid = charges.paid_units(job, fixed_charge)
    if paid is None:
        return None
    unused = charges.unused_cents_of(job, fixed_charge)
    return _explanation(fee, fixed_charge, paid.rated, _trail(paid) if fixed_charge.prorated else None, unused)


def _added(fee: Fee, fixed_charge: FixedCharge, job: BillingJob, change: FixedChargeUnits) -> Rated:
    """What came on top within a period already paid for (3-X2)."""
    running = replace(job, boundaries=current_period(job.terms, change.created_at), billed_at=change.created_at)
    return added_units(running, fixed_charge, fee.units).rated


def _explanation(
    fee: Fee, fixed_charge: FixedCharge, rated: Rated, trail: UnitsTrail | None, unused_cents: Decimal
) -> Explanation:
    return Explanation(
        currency=fee.amount_currency,
        lines=(*map(Line.of, rated.steps), *_less_unused(rated, unused_cents, fee.amount_currency)),
        units=trail,
        charge_model=fixed_charge.charge_model,
        properties=normalized(price_of(fixed_charge)),
        recalculated=True,
        changed_since=("fixed_charge",) if fixed_charge.updated_at > fee.created_at else (),
    )


def _less_unused(rated: Rated, unused_cents: Decimal, currency: str) -> Iterator[Line]:
    if unused_cents:
        paid = min(to_units(unused_cents, currency), rated.amount)
        yield Line(LineKind.PAID_BEFORE, ONE, ZERO, -paid)


def _trail(paid: PaidUnits) -> UnitsTrail:
    return UnitsTrail(
        carried=None,
        aggregated=paid.usage.whole_units,
        rounding=None,
        rounding_precision=None,
        rounded=paid.usage.whole_units,
        priced=paid.usage.units,
        by_days=tuple(DayWeighted(units, days) for units, days in paid.by_days),
        period_days=paid.period_days,
    )
