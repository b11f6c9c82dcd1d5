"""The periods of an interval as civil dates, without time zones: where each one starts for a given anchor."""

from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from plans.periods.local_days import ONE_DAY, local_date
from plans.periods.terms import BillingInterval, BillingTime, Terms

WEEK = timedelta(days=7)
MONTHS = {
    BillingInterval.MONTHLY: 1,
    BillingInterval.QUARTERLY: 3,
    BillingInterval.SEMIANNUAL: 6,
    BillingInterval.YEARLY: 12,
}
# Monday, 1 January: the anchor of calendar billing for every interval (3-B5).
CALENDAR_ANCHOR = date(2018, 1, 1)
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Period(NamedTuple):
    """Whole civil days, ``end`` not included."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days


class Grid(NamedTuple):
    """Periods that follow one another for ever, in both directions.

    ``months`` is 0 for weeks, and ``day`` is then the anchor's weekday; else the anchor's day of the month, taken anew
    in each month: 31 starts a period on 28 February and the next one on 31 March (3-B6, 3-B8).
    """

    months: int
    month: int
    day: int

    def containing(self, day: date) -> Period:
        return _containing(self, day)

    def before(self, day: date) -> Period:
        """The period before the one that contains ``day``."""
        return _containing(self, _containing(self, day).start - ONE_DAY)

    def starts_on(self, day: date) -> bool:
        return _containing(self, day).start == day


def grid(interval: BillingInterval, anchor: date) -> Grid:
    """The grid of ``interval`` on which ``anchor`` starts a period."""
    if interval is BillingInterval.WEEKLY:
        return Grid(0, 0, anchor.weekday())
    months = MONTHS[interval]
    return Grid(months, (anchor.month - 1) % months, anchor.day)


def subscription_grid(terms: Terms) -> Grid:
    return grid(terms.interval, _anchor(terms))


def monthly_grid(terms: Terms) -> Grid:
    """The months of a longer plan that bills usage or fixed charges monthly (3-B11)."""
    return grid(BillingInterval.MONTHLY, _anchor(terms))


def _anchor(terms: Terms) -> date:
    if terms.billing_time is BillingTime.CALENDAR:
        return CALENDAR_ANCHOR
    return local_date(terms.subscription_at, terms.timezone)


@lru_cache(maxsize=65536)
def _containing(periods: Grid, day: date) -> Period:
    if not periods.months:
        start = day - timedelta(days=(day.weekday() - periods.day) % 7)
        return Period(start, start + WEEK)
    month = day.year * 12 + day.month - 1
    first = month - (month - periods.month) % periods.months
    if _day_in(first, periods.day) > day:
        first -= periods.months
    return Period(_day_in(first, periods.day), _day_in(first + periods.months, periods.day))


def _day_in(month: int, day: int) -> date:
    year, index = divmod(month, 12)
    length = 29 if index == 1 and _is_leap(year) else _MONTH_DAYS[index]
    return date(year, index + 1, min(day, length))


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
