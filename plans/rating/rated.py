"""A price and how it came about."""

from decimal import Decimal
from enum import StrEnum
from itertools import zip_longest
from typing import Any, NamedTuple

from msgspec import Struct

from plans.rating.exact import ZERO


class StepKind(StrEnum):
    UNITS = "units"
    TIER = "tier"
    FREE_UNITS = "free_units"
    PAID_UNITS = "paid_units"
    PACKAGES = "packages"
    RATE = "rate"
    FREE_EVENTS = "free_events"
    FIXED_AMOUNT = "fixed_amount"
    LIMITS = "limits"
    EVENT_AMOUNTS = "event_amounts"


class Step(NamedTuple):
    """One line of the calculation. ``amount`` (currency units) is this step's share of the total.

    ``price`` is per unit, per package or per event; for rates it is a percentage.
    """

    kind: StepKind
    units: Decimal
    price: Decimal = ZERO
    amount: Decimal = ZERO
    flat_amount: Decimal = ZERO
    from_value: Decimal | None = None
    to_value: Decimal | None = None

    def less(self, before: "Step | None") -> "Step":
        if before is None:
            return self
        return self._replace(
            units=self.units - before.units,
            amount=self.amount - before.amount,
            flat_amount=self.flat_amount - before.flat_amount,
        )


class Rated(Struct, frozen=True):
    """``amount`` in currency units, unrounded: the fee rounds it once (3-C1). ``unit_amount`` to 15 digits (3-C4).

    ``amount_details`` is JSON as the wire shows it; ``steps`` add up to ``amount``.
    """

    amount: Decimal
    unit_amount: Decimal
    amount_details: dict[str, Any]
    steps: tuple[Step, ...]


def difference(after: tuple[Step, ...], before: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps of ``after`` that ``before`` does not have yet, position by position (3-D1)."""
    return tuple(later.less(earlier) for later, earlier in zip_longest(after, before[: len(after)]) if later)
