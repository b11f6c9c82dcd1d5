"""How a fee came about, so that a person can do the sum again by hand. Pure values.

Amounts are currency units, exact; ``amount_cents`` is the one rounding of ``amount`` (3-C1).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from billing_site.kernel.intervals import Interval
from billing_site.kernel.money import EXACT, to_cents
from plans.rating import ChargeModelName, Step
from usage.aggregation import DayWeighted

ZERO = Decimal(0)


class LineKind(StrEnum):
    """Lines that are no step of a charge's price."""

    PLAN_PRICE = "plan_price"
    MINIMUM = "minimum"
    FEES = "fees"
    PERIOD_FEES = "period_fees"
    PAID_BEFORE = "paid_before"


class Line(NamedTuple):
    """One line of the sum; the amounts add up. ``price`` is per unit, package or event; of rates a percentage."""

    kind: str
    units: Decimal
    price: Decimal
    amount: Decimal
    flat_amount: Decimal = ZERO
    from_value: Decimal | None = None
    to_value: Decimal | None = None

    @classmethod
    def of(cls, step: Step) -> "Line":
        return cls(*step)


class Days(NamedTuple):
    """The part of a period that is paid for."""

    days: int
    period_days: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What was measured: events of ``code`` from ``since`` on (earlier than ``interval``: carried over) to its end."""

    code: str
    name: str
    aggregation_type: str
    field_name: str
    recurring: bool
    interval: Interval
    since: Interval
    filter_values: Mapping[str, list[str]] | None
    grouped_by: Mapping[str, str | None]
    events_count: int
    late_events_count: int


@dataclass(frozen=True, slots=True)
class UnitsTrail:
    """From what the events add up to, to what was priced.

    ``carried``: of these, there at the start. ``rounded`` is ``aggregated`` after the metric's rounding; ``priced``
    differs where units count for days: ``by_days`` are the units that were in force for so many of ``period_days``.
    """

    carried: Decimal | None
    aggregated: Decimal
    rounding: str | None
    rounding_precision: int | None
    rounded: Decimal
    priced: Decimal
    by_days: tuple[DayWeighted, ...] = ()
    period_days: int | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """``recalculated``: the sum was done again from its sources; else its lines are those stored with the fee."""

    currency: str
    lines: tuple[Line, ...]
    counted: Counted | None = None
    units: UnitsTrail | None = None
    days: Days | None = None
    charge_model: str | None = None
    properties: Mapping[str, object] = field(default_factory=dict)
    recalculated: bool = False
    changed_since: tuple[str, ...] = ()

    @property
    def amount(self) -> Decimal:
        """Never below 0: usage bills nothing rather than giving money back (3-G4)."""
        total = ZERO
        for line in self.lines:
            total = EXACT.add(total, line.amount)
        return max(total, ZERO)

    @property
    def amount_cents(self) -> int:
        return to_cents(self.amount, self.currency)

    @property
    def has_rates(self) -> bool:
        """Whether the prices of tiers are percentages."""
        return self.charge_model == ChargeModelName.GRADUATED_PERCENTAGE

    def matches(self, billed_cents: int) -> bool:
        return self.amount_cents == billed_cents


def summed_by_days(changes: Iterable[DayWeighted]) -> tuple[DayWeighted, ...]:
    """Changes in force equally long as one: at most one for each day of the period, the longest first."""
    totals: dict[int, Decimal] = {}
    for change in changes:
        totals[change.days] = EXACT.add(totals.get(change.days, ZERO), change.units)
    return tuple(DayWeighted(units, days) for days, units in sorted(totals.items(), reverse=True) if units)
