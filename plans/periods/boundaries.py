"""The ranges that one invoice covers for one subscription: subscription fee, usage, fixed charges, commitment (3.1).

All ranges are half-open intervals of UTC instants whose edges are local midnights, except where a subscription starts
or ends.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from billing_site.kernel.intervals import Interval
from plans.periods.grid import Period, monthly_grid, subscription_grid
from plans.periods.local_days import ONE_DAY, TICK, local_date, start_of_day
from plans.periods.terms import Terms

# An end this near is the end of the period before (3-B12). No two zones are further apart than 26 hours; and an
# anniversary at the edge of a day falls on another civil day in another zone, on 1 May for 30 April, which moves all
# others by up to two: 1 April for 30 March.
LARGEST_SHIFT = timedelta(days=2, hours=26)
# Most subscriptions of a run share their terms.
REMEMBERED = 4096


class Boundaries(Struct, frozen=True, cache_hash=True):
    """What one invoice line covers.

    ``subscription``: the coming period of an advance plan, the elapsed one of an arrears plan; it starts with the whole
    local day of the start (3-B3). ``charges`` and ``fixed_charges``: elapsed usage, from the exact start instant; None
    when none are billed this time, empty when there is nothing elapsed yet. ``commitment``: the subscription period
    that closes with this invoice, None when none does (3-Q3, 3-Q4). A termination cuts each range after its instant
    (``end = terminated_at + TICK``).

    ``*_days``: the length in civil days of the whole period that the range lies in, never of the cut range: the divisor
    of a day's price (3-B13). ``is_subscription_due``: whether the subscription fee is billed with this invoice (3-B11).
    """

    subscription: Interval
    charges: Interval | None
    fixed_charges: Interval | None
    commitment: Interval | None
    period_days: int
    charges_days: int
    fixed_charges_days: int
    commitment_days: int
    is_subscription_due: bool


class _Periods(NamedTuple):
    """The whole periods from which ``_cut`` takes the ranges of an invoice."""

    subscription: Period
    charges: Period
    fixed_charges: Period
    commitment: Period | None
    is_subscription_due: bool
    are_charges_due: bool = True
    are_fixed_charges_due: bool = True


class _Coverage(NamedTuple):
    """From when to when a subscription can be billed; ``until`` is exclusive."""

    first_day: date
    started_at: datetime
    usage_from: datetime
    until: datetime | None


@lru_cache(maxsize=REMEMBERED)
def boundaries_at(terms: Terms, billing_at: datetime) -> Boundaries:
    """The periodic invoice billed at ``billing_at``: coming period of an advance plan, elapsed usage (3-B2).

    Plans that bill usage or fixed charges monthly get the elapsed month for those; what is not billed monthly, the
    subscription fee included, is due in the first month of the period only (3-B11). A period that ended before the
    subscription started shrinks to the start: ``subscription`` up to ``started_at`` and the others empty there, as on
    the first invoice of an advance plan. Monthly in arrears on 1 March: 1 February up to 1 March.
    """
    return _cut(terms, _billed_periods(terms, local_date(billing_at, terms.timezone)), terms.terminated_at)


def starting_boundaries(terms: Terms, at: datetime) -> Boundaries:
    """The invoice at activation, or at the end of the trial, of an advance plan (3-S18, 3-R4): its usage is skipped.

    The subscription fee runs from the day of the start to the end of the period. Fixed charges in advance are billed
    for ``current_period(terms, at).fixed_charges``.
    """
    periods = _billed_periods(terms, local_date(at, terms.timezone))
    return _cut(terms, periods._replace(is_subscription_due=terms.pay_in_advance), terms.terminated_at)


def current_period(terms: Terms, at: datetime) -> Boundaries:
    """The periods that contain ``at``: current usage, progressive billing, what is paid in advance."""
    return _cut(terms, _containing_periods(terms, local_date(at, terms.timezone)), terms.terminated_at)


def terminating_boundaries(terms: Terms, at: datetime, *, elapsed_period_billed: bool) -> Boundaries:
    """The last invoice of a subscription that ends at ``at``: its current periods up to that instant, included (3-B4).

    ``elapsed_period_billed``: whether the periodic invoice of that day exists. If it does not and ``at`` is on a
    billing day, the ranges whose period starts that day are the full elapsed periods instead of one day (3-B15).
    """
    day = local_date(at, terms.timezone)
    if not elapsed_period_billed and day > local_date(terms.covered_from, terms.timezone):
        day -= ONE_DAY
    return _cut(terms, _containing_periods(terms, day), at)


def period_days_at(terms: Terms, on: date) -> int:
    """The length in days of the whole subscription period that contains the civil date ``on`` (3-B13)."""
    return subscription_grid(terms).containing(on).days


def _billed_periods(terms: Terms, day: date) -> _Periods:
    main = subscription_grid(terms)
    coming, elapsed = main.containing(day), main.before(day)
    subscription = coming if terms.pay_in_advance else elapsed
    charges_monthly, fixed_charges_monthly = terms.are_charges_monthly, terms.are_fixed_charges_monthly
    if not (charges_monthly or fixed_charges_monthly):
        return _Periods(subscription, elapsed, elapsed, elapsed, True)
    month = monthly_grid(terms).before(day)
    is_first_month = month.end == coming.start
    return _Periods(
        subscription,
        month if charges_monthly else elapsed,
        month if fixed_charges_monthly else elapsed,
        elapsed if is_first_month else None,
        is_subscription_due=is_first_month,
        are_charges_due=charges_monthly or is_first_month,
        are_fixed_charges_due=fixed_charges_monthly or is_first_month,
    )


def _containing_periods(terms: Terms, day: date) -> _Periods:
    period = month = subscription_grid(terms).containing(day)
    if terms.are_charges_monthly or terms.are_fixed_charges_monthly:
        month = monthly_grid(terms).containing(day)
    return _Periods(
        period,
        month if terms.are_charges_monthly else period,
        month if terms.are_fixed_charges_monthly else period,
        period,
        is_subscription_due=not terms.pay_in_advance,
    )


def _cut(terms: Terms, periods: _Periods, terminated_at: datetime | None) -> Boundaries:
    coverage = _coverage(terms, terminated_at)
    subscription = _days_range(terms, periods.subscription, coverage)
    commitment = subscription
    if periods.commitment is not periods.subscription:
        commitment = periods.commitment and _days_range(terms, periods.commitment, coverage)
    charges, fixed_charges = _usage_ranges(terms, periods, coverage)
    return Boundaries(
        subscription or Interval(start_of_day(coverage.first_day, terms.timezone), coverage.started_at + TICK),
        charges if periods.are_charges_due else None,
        fixed_charges if periods.are_fixed_charges_due else None,
        commitment,
        periods.subscription.days,
        periods.charges.days,
        periods.fixed_charges.days,
        periods.commitment.days if periods.commitment else 0,
        periods.is_subscription_due and subscription is not None,
    )


def _coverage(terms: Terms, terminated_at: datetime | None) -> _Coverage:
    started_at = terms.covered_from
    replaced = terms.replaces_subscription_terminated_at
    usage_from = started_at if replaced is None or replaced < started_at else replaced + TICK
    until = None if terminated_at is None else terminated_at + TICK
    return _Coverage(local_date(started_at, terms.timezone), started_at, usage_from, until)


def _days_range(terms: Terms, period: Period, coverage: _Coverage) -> Interval | None:
    end = start_of_day(period.end, terms.timezone)
    if end <= coverage.started_at:
        return None
    start = start_of_day(max(period.start, coverage.first_day), terms.timezone)
    return _until(coverage, start, end)


def _usage_ranges(terms: Terms, periods: _Periods, coverage: _Coverage) -> tuple[Interval, Interval]:
    previous = terms.previous_invoice
    if previous is not None and previous.timezone != terms.timezone:
        return (
            _usage_range(terms, periods.charges, coverage, previous.charges_end),
            _usage_range(terms, periods.fixed_charges, coverage, previous.fixed_charges_end),
        )
    charges = _usage_range(terms, periods.charges, coverage, None)
    if periods.charges is periods.fixed_charges:
        return charges, charges
    return charges, _usage_range(terms, periods.fixed_charges, coverage, None)


def _usage_range(terms: Terms, period: Period, coverage: _Coverage, previous_end: datetime | None) -> Interval:
    start = start_of_day(period.start, terms.timezone)
    if previous_end is not None and abs(start - previous_end) < LARGEST_SHIFT:
        start = previous_end
    return _until(coverage, max(start, coverage.usage_from), start_of_day(period.end, terms.timezone))


def _until(coverage: _Coverage, start: datetime, end: datetime) -> Interval:
    if coverage.until is not None:
        end = min(end, coverage.until)
    return Interval(start, max(start, end))
