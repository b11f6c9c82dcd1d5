"""Units billed event by event, as they arrive."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from billing_site.kernel.money import EXACT, round_up
from usage.aggregation.numbers import ZERO
from usage.aggregation.proration import PeriodDays

_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Level:
    """The current units of a period and the highest that they have been, which is what has been billed."""

    current: Decimal = ZERO
    highest: Decimal = ZERO

    def after(self, change: Decimal) -> "Level":
        """Only what rises above the highest level is billed: ``after.highest - before.highest`` (3-D4, 3-D5).

        At 100 billed and 80 current, +50 bills 30; -50 bills nothing and is no refund.
        """
        current = EXACT.add(self.current, change)
        return Level(current, max(self.highest, current))


def prorated_in_advance(units: Decimal, occurred_at: datetime, days: PeriodDays) -> Decimal:
    """Units from the event's day to the end of the period, both counted, rounded up to 5 digits (3-D6).

    One unit on 23 February 2024: 7 of 29 days, 0.24138.
    """
    weighted = EXACT.multiply(units, Decimal(days.days_from(occurred_at)))
    return round_up(EXACT.divide(weighted, Decimal(days.period_days)), _DIGITS)
