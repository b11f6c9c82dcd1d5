"""Explain any fee."""

from decimal import Decimal

from billing_site.kernel.money import EXACT, to_units
from invoices.billing.explanation.counted import explain_period
from invoices.billing.explanation.in_advance import explain_event
from invoices.billing.explanation.minimums import explain_charge_minimum, explain_commitment
from invoices.billing.explanation.subject import subject_of
from invoices.billing.explanation.units import explain_units
from invoices.models import Fee, FeeType
from invoices.settlement import Days, Explanation, Line, LineKind
from plans.rating import ChargeModelName, stored_steps

ONE = Decimal(1)


def explain(fee: Fee) -> Explanation:
    """Wants ``with_subject``. Usage is counted again as it stood when it was billed; other sums are done again.

    A fixed number of queries, but all events of the fee are read.
    """
    if fee.is_adjusted:
        return explain_as_stored(fee)
    return _again(fee) or explain_as_stored(fee)


def explain_as_stored(fee: Fee) -> Explanation:
    """The sum as it was stored with the fee; reads nothing."""
    is_plan_price = fee.fee_type == FeeType.SUBSCRIPTION and not fee.is_adjusted
    if is_plan_price and "period_days" in fee.amount_details:
        return _plan_price(fee)
    return _stored(fee)


def _plan_price(fee: Fee) -> Explanation:
    """The plan's price for the days that are paid for (3-S1)."""
    details, currency = fee.amount_details, fee.amount_currency
    price = to_units(details["plan_amount_cents"], currency)
    days = Days(details["days"], details["period_days"])
    amount = EXACT.divide(EXACT.multiply(price, Decimal(days.days)), Decimal(days.period_days))
    return Explanation(currency, (Line(LineKind.PLAN_PRICE, ONE, price, amount),), days=days)


def _again(fee: Fee) -> Explanation | None:
    if fee.true_up_parent_id is not None:
        return explain_charge_minimum(fee)
    if fee.fee_type == FeeType.COMMITMENT:
        return explain_commitment(fee)
    if fee.fee_type == FeeType.FIXED_CHARGE:
        return explain_units(fee)
    subject = subject_of(fee)
    if subject is None:
        return None
    return explain_period(subject) if subject.reading else explain_event(subject)


def _stored(fee: Fee) -> Explanation:
    amount = to_units(fee.precise_amount_cents, fee.amount_currency)
    steps = stored_steps(fee.units, fee.precise_unit_amount, amount, fee.amount_details)
    is_rated = "graduated_percentage_ranges" in fee.amount_details
    model = ChargeModelName.GRADUATED_PERCENTAGE if is_rated else None
    return Explanation(fee.amount_currency, tuple(map(Line.of, steps)), charge_model=model)
