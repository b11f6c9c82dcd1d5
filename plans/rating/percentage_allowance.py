"""What a percentage charge leaves free."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, islice

from plans.rating.exact import ZERO
from plans.rating.usage import Usage

# Sums are decimals; counted units are a range 1…n, which needs no memory.
RunningTotals = Sequence[Decimal] | range


@dataclass(frozen=True, slots=True)
class FreePart:
    """``events`` first events and ``amount`` first units are free; None: no such allowance."""

    events: int | None = None
    amount: Decimal | None = None

    @property
    def exists(self) -> bool:
        return bool(self.events or self.amount)

    def of(self, usage: Usage) -> tuple[Decimal, int]:
        """How many units and how many events of ``usage`` are free (3-H9)."""
        if not self.exists:
            return ZERO, 0
        totals = self._running_totals(usage)
        return self._free_units(totals), self._free_events(totals)

    def _running_totals(self, usage: Usage) -> RunningTotals:
        if usage.counted:
            return range(1, int(usage.units) + 1)
        totals = accumulate(transactions_of(usage))
        return list(islice(totals, self.events)) if self.events else _until_above(totals, self.amount or ZERO)

    def _free_units(self, totals: RunningTotals) -> Decimal:
        if not totals:
            return ZERO
        if self.events and self.events < len(totals):
            return Decimal(totals[self.events - 1])
        last = Decimal(totals[-1])
        return min(last, self.amount) if self.amount else last

    def _free_events(self, totals: RunningTotals) -> int:
        within_amount = _count_below(totals, self.amount or ZERO)
        return min((count for count in (self.events, within_amount) if count), default=0)


@dataclass(slots=True)
class Allowance:
    """What is left of a free part, event by event (3-H10). Exhausting one limit ends both."""

    events: int | None
    amount: Decimal | None

    def take(self, value: Decimal) -> Decimal | None:
        """The free units of an event of ``value`` units; None once nothing is free any more."""
        if self.events is None and self.amount is None:
            return None
        if (self.events is not None and self.events <= 0) or (self.amount is not None and self.amount <= 0):
            return None
        free = value if self.amount is None else min(value, self.amount)
        self.events = None if self.events is None else self.events - 1
        self.amount = None if self.amount is None else self.amount - free
        return free


def transactions_of(usage: Usage) -> Sequence[Decimal]:
    if usage.transactions is not None:
        return usage.transactions
    if usage.counted:
        return [Decimal(1)] * int(usage.units)
    if not usage.units and not usage.events_count:
        return ()
    raise ValueError("this price needs the events' values in order: pass usage.transactions")


def _until_above(totals: Iterable[Decimal], amount: Decimal) -> list[Decimal]:
    taken: list[Decimal] = []
    for total in totals:
        taken.append(total)
        if total > amount:
            break
    return taken


def _count_below(totals: RunningTotals, amount: Decimal) -> int:
    if isinstance(totals, range):
        return bisect_left(totals, amount)
    return sum(total < amount for total in totals)
