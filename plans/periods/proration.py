"""How many days of a period are paid for: subscription fee, trial, unused days, commitment (3.2, 3.3, 3.9)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from billing_site.kernel.intervals import Interval
from plans.periods.boundaries import REMEMBERED, Boundaries, period_days_at
from plans.periods.local_days import ONE_DAY, days_between, last_date, local_date
from plans.periods.terms import BillingTime, Terms


class DayShare(NamedTuple):
    """``days`` of the ``period_days`` of the whole period: an amount is ``plan amount / period_days * days`` (3-S1)."""

    days: int
    period_days: int


def trial_end_at(first_started_at: datetime, trial_period: Decimal) -> datetime:
    """When the trial ends: ``trial_period`` days of 24 hours after the first start under this external id (3-R1)."""
    microseconds = trial_period * 86_400_000_000
    return first_started_at + timedelta(microseconds=int(microseconds))


def is_in_trial(terms: Terms, trial_end: datetime, at: datetime) -> bool:
    """Whether the local day of ``at`` is before that of the trial's end: no subscription fee line at all (3-R4)."""
    return local_date(at, terms.timezone) < local_date(trial_end, terms.timezone)


@lru_cache(maxsize=REMEMBERED)
def subscription_fee_days(
    terms: Terms,
    boundaries: Boundaries,
    *,
    trial_end: datetime | None = None,
    upgraded_at: datetime | None = None,
    has_previous_subscription: bool = False,
) -> DayShare:
    """The days that the subscription fee pays for (3-S2 to 3-S8, 3-R2).

    The days of ``boundaries.subscription``: so a calendar plan started on the 16th of a 30-day month pays 15 of 30, one
    in arrears terminated on the 12th pays 12. An anniversary plan in advance that follows no other is never prorated at
    its start (3-S4). A trial that ends inside leaves the days from its end on, the day of its end included.
    ``trial_end`` is None without a trial; ``upgraded_at``: when an upgrade ended this subscription (``covered_days``).
    """
    paid = boundaries.subscription
    whole = boundaries.period_days
    if trial_end is not None and trial_end >= paid.end:
        return DayShare(0, whole)
    if trial_end is not None and trial_end > paid.start:
        start = trial_end
    elif _is_paid_in_full(terms, has_previous_subscription):
        return DayShare(whole, whole)
    else:
        start = paid.start
    return DayShare(covered_days(Interval(start, paid.end), terms.timezone, upgraded_at=upgraded_at), whole)


def covered_days(covered: Interval, timezone: str, *, upgraded_at: datetime | None = None) -> int:
    """The days of a range (3-B14), without the day of the upgrade that ended it: it belongs to the new plan (3-S7).

    Upgraded on 18 October: 17 of 31 are left to the old plan, none when the upgrade came on the first day.
    """
    days = days_between(covered.start, covered.end, timezone)
    if upgraded_at is not None and upgraded_at in covered:
        days -= 1
    return max(days, 0)


@lru_cache(maxsize=REMEMBERED)
def commitment_days(terms: Terms, boundaries: Boundaries, *, upgraded_at: datetime | None = None) -> DayShare | None:
    """The share of the minimum commitment that this invoice settles, None when it settles none (3-Q1).

    Its days are those that the plan bills: the day of an upgrade counts for the new plan alone.
    """
    closed = boundaries.commitment
    if closed is None:
        return None
    return DayShare(covered_days(closed, terms.timezone, upgraded_at=upgraded_at), boundaries.commitment_days)


def unused_days(
    terms: Terms,
    paid: Interval,
    terminated_at: datetime,
    *,
    is_upgrade: bool = False,
    trial_end: datetime | None = None,
) -> DayShare:
    """The days of ``paid``, the range of the last fee paid in advance, that a termination leaves unused (3-S9).

    They follow the day of the termination; an upgrade counts that day too, for the new plan pays it. While the trial is
    on, up to and including the day of its end, all days from its end on are unused. Terminated on 15 October of a month
    paid: 16 of 31.
    """
    first_unused = _first_unused_date(terms, terminated_at, is_upgrade=is_upgrade, trial_end=trial_end)
    after_last = last_date(paid, terms.timezone) + ONE_DAY
    unused = max((after_last - first_unused).days, 0)
    return DayShare(unused, period_days_at(terms, local_date(paid.start, terms.timezone)))


def days_left(at: datetime, end: datetime, timezone: str) -> int:
    """The days from the local day of ``at``, counted whole, to the exclusive ``end`` (3-D6, 3-X2)."""
    return max((local_date(end, timezone) - local_date(at, timezone)).days, 0)


def _is_paid_in_full(terms: Terms, has_previous_subscription: bool) -> bool:
    is_anniversary = terms.billing_time is BillingTime.ANNIVERSARY
    return terms.pay_in_advance and is_anniversary and not has_previous_subscription


def _first_unused_date(terms: Terms, terminated_at: datetime, *, is_upgrade: bool, trial_end: datetime | None) -> date:
    terminated_on = local_date(terminated_at, terms.timezone)
    if trial_end is not None:
        trial_end_date = local_date(trial_end, terms.timezone)
        if trial_end_date >= terminated_on:
            return trial_end_date
    return terminated_on if is_upgrade else terminated_on + ONE_DAY
