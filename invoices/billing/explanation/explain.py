"""Explain any fee."""

from decimal import Decimal

from billing_site.kernel.money import EXACT, to_units
from invoices.billing.explanation.counted import explain_period
from invoices.billing.explanation.in_advance import explain_event
from invoices.billing.explanation.subject import subject_of, with_subject
from invoices.billing.period_days import charges_of
from invoices.models import Fee, FeeType
from invoices.settlement import Days, Explanation, Line, LineKind
from plans.periods import covered_days
from plans.rating import ChargeModelName, prorated_minimum_cents, stored_steps

ONE = Decimal(1)


def explain(fee: Fee) -> Explanation:
    """Wants ``with_subject``. Usage is counted again as it stood when it was billed; other sums are done again.

    A fixed number of queries, but all events of the fee are read.
    """
    if fee.is_adjusted:
        return explain_as_stored(fee)
    subject = subject_of(fee)
    counted = None
    if subject is not None:
        counted = explain_period(subject) if subject.reading else explain_event(subject)
    if counted is not None:
        return counted
    return _minimum(fee) if fee.true_up_parent_id is not None else explain_as_stored(fee)


def explain_as_stored(fee: Fee) -> Explanation:
    """The sum as it was stored with the fee; reads nothing."""
    if fee.fee_type == FeeType.SUBSCRIPTION and "period_days" in fee.amount_details:
        return _plan_price(fee)
    return _stored(fee)


def _plan_price(fee: Fee) -> Explanation:
    """The plan's price for the days that are paid for (3-S1)."""
    details, currency = fee.amount_details, fee.amount_currency
    price = to_units(details["plan_amount_cents"], currency)
    days = Days(details["days"], details["period_days"])
    amount = EXACT.divide(EXACT.multiply(price, Decimal(days.days)), Decimal(days.period_days))
    return Explanation(currency, (Line(LineKind.PLAN_PRICE, ONE, price, amount),), days=days)


def _minimum(fee: Fee) -> Explanation:
    """A charge's minimum for the days, less the charge's fees on the same invoice (3-H14)."""
    currency, charge = fee.amount_currency, fee.charge
    assert charge is not None and fee.true_up_parent_id and fee.invoice_id and fee.subscription_id
    parent = subject_of(with_subject(Fee.objects.all()).get(id=fee.true_up_parent_id))
    if parent is None:
        return _stored(fee)
    job = parent.job
    days = Days(covered_days(charges_of(job), job.terms.timezone), job.boundaries.charges_days)
    minimum = to_units(charge.min_amount_cents, currency)
    owed_cents = prorated_minimum_cents(charge.min_amount_cents, billed_days=days.days, period_days=days.period_days)
    fees = Fee.objects.filter(invoice_id=fee.invoice_id, subscription_id=fee.subscription_id, charge_id=charge.id)
    billed = [each.amount_cents for each in fees.filter(true_up_parent__isnull=True)]
    lines = (
        Line(LineKind.MINIMUM, ONE, minimum, to_units(owed_cents, currency)),
        Line(LineKind.FEES, Decimal(len(billed)), Decimal(0), -to_units(sum(billed), currency)),
    )
    return Explanation(currency, lines, days=days)


def _stored(fee: Fee) -> Explanation:
    amount = to_units(fee.precise_amount_cents, fee.amount_currency)
    steps = stored_steps(fee.units, fee.precise_unit_amount, amount, fee.amount_details)
    is_rated = "graduated_percentage_ranges" in fee.amount_details
    model = ChargeModelName.GRADUATED_PERCENTAGE if is_rated else None
    return Explanation(fee.amount_currency, tuple(map(Line.of, steps)), charge_model=model)
