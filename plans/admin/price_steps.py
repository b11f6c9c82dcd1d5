"""The calculation of a price as lines of a table."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

from billing_site.kernel.admin.display import LOCALE, unit_price, units
from billing_site.kernel.admin.table import Table
from billing_site.kernel.formatting import format_rate
from plans.rating import StepKind

TITLES: Mapping[str, str] = {
    StepKind.UNITS: "Units",
    StepKind.TIER: "Tier",
    StepKind.FREE_UNITS: "Free units",
    StepKind.PAID_UNITS: "Units above the free ones",
    StepKind.PACKAGES: "Packages begun",
    StepKind.RATE: "Percentage of units",
    StepKind.FREE_EVENTS: "Free events",
    StepKind.FIXED_AMOUNT: "Fixed amount of each event",
    StepKind.LIMITS: "To the minimum and maximum of each event",
    StepKind.EVENT_AMOUNTS: "Amounts sent with the events",
}


class ShownStep(Protocol):
    """A step of a price, or another line of the same sum."""

    @property
    def kind(self) -> str: ...
    @property
    def units(self) -> Decimal: ...
    @property
    def price(self) -> Decimal: ...
    @property
    def amount(self) -> Decimal: ...
    @property
    def flat_amount(self) -> Decimal: ...
    @property
    def from_value(self) -> Decimal | None: ...
    @property
    def to_value(self) -> Decimal | None: ...


def steps_table(
    steps: Sequence[ShownStep], currency: str, *, has_rates: bool, titles: Mapping[str, str] = TITLES
) -> Table:
    """``has_rates``: the prices of tiers are percentages."""
    return Table(
        columns=("Step", "Units", "Price", "Flat", "Amount"),
        rows=[_row(step, currency, has_rates, titles) for step in steps],
        numbers={"Units", "Price", "Flat", "Amount"},
        empty="Nothing was priced: the units were below zero.",
    )


def _row(step: ShownStep, currency: str, has_rates: bool, titles: Mapping[str, str]) -> Sequence[str]:
    return (
        " ".join(_name(step, titles)),
        units(step.units),
        _price(step, currency, has_rates) if step.price else "",
        unit_price(step.flat_amount, currency) if step.flat_amount else "",
        unit_price(step.amount, currency),
    )


def _name(step: ShownStep, titles: Mapping[str, str]) -> Iterator[str]:
    yield titles.get(step.kind, step.kind)
    if step.from_value is not None:
        yield f"{units(step.from_value)} – {'∞' if step.to_value is None else units(step.to_value)}"


def _price(step: ShownStep, currency: str, has_rates: bool) -> str:
    is_rate = step.kind == StepKind.RATE or (step.kind == StepKind.TIER and has_rates)
    return format_rate(step.price, LOCALE) if is_rate else unit_price(step.price, currency)
