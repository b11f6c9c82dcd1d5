"""Minimums: what a charge or a period had to come to for its days, less what it came to (3-H14, 3-Q1)."""

from decimal import Decimal

from billing_site.kernel.money import to_units
from invoices.billing.commitments import load_commitments
from invoices.billing.explanation.subject import job_of
from invoices.billing.period_days import charges_of
from invoices.billing.successions import load_successions
from invoices.models import Fee
from invoices.settlement import Days, Explanation, Line, LineKind
from plans.periods import covered_days
from plans.rating import prorated_minimum_cents

ONE = Decimal(1)


def explain_charge_minimum(fee: Fee) -> Explanation | None:
    """The charge's minimum, less its fees on the same invoice. Wants ``with_subject``."""
    job, charge = job_of(fee), fee.charge
    if job is None or charge is None:
        return None
    upgraded_at = load_successions([job]).ended_at(job)
    billed_days = covered_days(charges_of(job), job.terms.timezone, upgraded_at=upgraded_at)
    days = Days(billed_days, job.boundaries.charges_days)
    fees = Fee.objects.filter(invoice=fee.invoice, subscription=fee.subscription, charge=charge)
    billed = list(fees.filter(true_up_parent__isnull=True).values_list("amount_cents", flat=True))
    billed_line = Line(LineKind.FEES, Decimal(len(billed)), Decimal(0), -to_units(sum(billed), fee.amount_currency))
    changed = ("charge",) if charge.updated_at > fee.created_at else ()
    return _explanation(fee, charge.min_amount_cents, days, billed_line, changed)


def explain_commitment(fee: Fee) -> Explanation | None:
    """The plan's commitment, less all that was billed for the period when it closed. Wants ``with_subject``."""
    job = job_of(fee)
    if job is None:
        return None
    commitments = load_commitments([job], as_of=fee.created_at)
    settled = commitments.settled(job, upgraded_at=load_successions([job]).ended_at(job))
    if settled is None:
        return None
    billed = -to_units(settled.billed_cents, fee.amount_currency)
    changed = ("minimum_commitment",) if settled.commitment.updated_at > fee.created_at else ()
    line = Line(LineKind.PERIOD_FEES, ONE, Decimal(0), billed)
    return _explanation(fee, settled.commitment.amount_cents, Days(*settled.share), line, changed)


def _explanation(fee: Fee, minimum_cents: int, days: Days, billed: Line, changed_since: tuple[str, ...]) -> Explanation:
    currency = fee.amount_currency
    owed_cents = prorated_minimum_cents(minimum_cents, billed_days=days.days, period_days=days.period_days)
    owed = Line(LineKind.MINIMUM, ONE, to_units(minimum_cents, currency), to_units(owed_cents, currency))
    return Explanation(currency, (owed, billed), days=days, recalculated=True, changed_since=changed_since)
