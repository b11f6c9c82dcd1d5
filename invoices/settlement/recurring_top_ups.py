"""How many credits a recurring rule adds, at its interval or at its threshold (3-W9, 3-W10). Pure."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from billing_site.kernel.money import EXACT, round_down

ZERO = Decimal(0)


class Credits(NamedTuple):
    paid: Decimal = ZERO
    granted: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class RecurringTopUp:
    """A rule's amounts, in credits. With a ``target``, what lacks to it comes in, as a grant if ``grants_target``.

    ``least`` and ``most`` are the wallet's limits for what is paid; None: no such limit.
    """

    paid: Decimal = ZERO
    granted: Decimal = ZERO
    target: Decimal | None = None
    grants_target: bool = False
    least: Decimal | None = None
    most: Decimal | None = None

    def by_interval(self, ongoing: Decimal) -> Credits:
        """The fixed amounts, or what lacks to the target at an ``ongoing`` balance."""
        if self.target is not None:
            return self._towards_target(ongoing)
        return Credits(self.paid, self.granted)

    def by_threshold(self, threshold: Decimal, ongoing: Decimal) -> Credits:
        """What comes in once ``ongoing``, pending top-ups included, is at the threshold or below; else nothing.

        Fixed amounts are paid as often as it takes to pass it: 10 at a threshold of 5 and a balance of −8: 20.
        """
        if ongoing > threshold:
            return Credits()
        if self.target is not None:
            return self._towards_target(ongoing)
        if not self.paid:
            return Credits(granted=self.granted)
        times = round_down(EXACT.divide(threshold - ongoing, self.paid)) + 1
        return Credits(EXACT.multiply(self.paid, times), self.granted)

    def _towards_target(self, ongoing: Decimal) -> Credits:
        assert self.target is not None
        missing = self.target - ongoing
        if missing <= 0:
            return Credits()
        if self.grants_target:
            return Credits(granted=missing)
        paid = max(missing, self.least or missing)
        return Credits(paid if self.most is None else min(paid, self.most))
