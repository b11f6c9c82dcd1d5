"""On which local days a subscription gets a periodic invoice, and the edges of its current period (3-B9, 3-B10)."""

from datetime import date, datetime
from functools import lru_cache

from plans.periods.boundaries import REMEMBERED
from plans.periods.grid import Grid, monthly_grid, subscription_grid
from plans.periods.local_days import local_date, start_of_day
from plans.periods.terms import Terms


def is_billing_date(terms: Terms, on: date) -> bool:
    """Whether a periodic invoice is due on the civil date ``on`` of the customer (3-B9, 3-B10).

    That is when a period starts, or a month of a plan that bills something monthly; but not on the day of the start or
    before, and not on the day of ``ending_at``, whose usage the termination bills. Anchored on the 31st: 30 April.
    """
    if on <= local_date(terms.started_at, terms.timezone):
        return False
    if terms.ending_at is not None and on == local_date(terms.ending_at, terms.timezone):
        return False
    return _billing_grid(terms).starts_on(on)


@lru_cache(maxsize=REMEMBERED)
def next_billing_at(terms: Terms, after: datetime) -> datetime:
    """The start of the first local billing day strictly after ``after`` and after the day of the start (3-B10).

    With ``after`` the subscription's start: its first periodic invoice. Any later instant of that day may run it as
    well.
    """
    billing_days = _billing_grid(terms)
    day = billing_days.containing(local_date(max(after, terms.started_at), terms.timezone)).end
    if terms.ending_at is not None and day == local_date(terms.ending_at, terms.timezone):
        day = billing_days.containing(day).end
    return start_of_day(day, terms.timezone)


def beginning_of_current_period(terms: Terms, at: datetime) -> datetime:
    """The start of the whole subscription period that contains ``at``, whether or not the subscription had started."""
    return start_of_day(subscription_grid(terms).containing(local_date(at, terms.timezone)).start, terms.timezone)


def previous_beginning_of_period(terms: Terms, at: datetime) -> datetime:
    """The start of the whole subscription period before the one that contains ``at``."""
    return start_of_day(subscription_grid(terms).before(local_date(at, terms.timezone)).start, terms.timezone)


def next_end_of_period(terms: Terms, at: datetime) -> datetime:
    """The exclusive end of the subscription period that contains ``at``: when a downgrade takes effect (3-S15)."""
    return start_of_day(next_period_date(terms, at), terms.timezone)


def next_period_date(terms: Terms, at: datetime) -> date:
    """The civil date on which the next subscription period starts: ``downgrade_plan_date`` (3-S15)."""
    return subscription_grid(terms).containing(local_date(at, terms.timezone)).end


def is_first_month_after_first_period(terms: Terms, at: datetime) -> bool:
    """Whether ``at`` lies in the first month after the period in which the subscription started."""
    day = local_date(at, terms.timezone)
    main = subscription_grid(terms)
    period, elapsed = main.containing(day), main.before(day)
    is_first_month = monthly_grid(terms).containing(day).start == period.start
    return is_first_month and elapsed.start <= local_date(terms.started_at, terms.timezone) < elapsed.end


def _billing_grid(terms: Terms) -> Grid:
    is_monthly = terms.are_charges_monthly or terms.are_fixed_charges_monthly
    return monthly_grid(terms) if is_monthly else subscription_grid(terms)
