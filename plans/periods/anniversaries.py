"""Days that come back at an interval: of a top-up, as of a subscription billed by anniversary (3-W10)."""

from datetime import date, datetime

from plans.periods.grid import grid
from plans.periods.local_days import start_of_day
from plans.periods.terms import BillingInterval


def next_anniversary(interval: BillingInterval, anchor: date, timezone: str, *, after: date) -> datetime:
    """The first instant of the first local day strictly after ``after`` on which a period from ``anchor`` starts.

    The day of the month is that of ``anchor``, or the month's last: from 31 March quarterly, 30 June.
    """
    return start_of_day(grid(interval, anchor).containing(after).end, timezone)
