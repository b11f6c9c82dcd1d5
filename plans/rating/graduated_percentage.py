"""Graduated percentage: each tier takes its rate of the units that fall into it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Self

from plans.rating.charge_model import ChargeModelName
from plans.rating.exact import plain
from plans.rating.ranges import Range, tier_details, units_within, visited
from plans.rating.rated import Step, StepKind
from plans.rating.reader import Reader, text_of
from plans.rating.tiered import Tiered
from plans.rating.usage import Usage

KEY = "graduated_percentage_ranges"


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedRange(Range):
    """A tier with a rate."""

    rate_percent: Decimal

    @classmethod
    def read(cls, reader: Reader, invalid: str) -> Self:
        return cls(
            from_value=reader.decimal("from_value", invalid),
            to_value=reader.optional_decimal("to_value", invalid),
            flat_amount=reader.decimal("flat_amount", "invalid_amount"),
            rate_percent=reader.decimal("rate", "invalid_rate"),
        )

    def refusals(self) -> Iterator[str]:
        if self.flat_amount < 0:
            yield "invalid_amount"
        if self.rate_percent < 0:
            yield "invalid_rate"

    def as_json(self) -> dict[str, Any]:
        return {**self.bounds_json(), "rate": text_of(self.rate_percent), "flat_amount": text_of(self.flat_amount)}


@dataclass(frozen=True, slots=True, kw_only=True)
class GraduatedPercentage(Tiered[RatedRange]):
    """Every tier reached adds its flat amount, the first one even without usage (3-H11).

    Bounds that touch are still counted the classic way here, as the reference system does.
    11 units at 1 % up to 10 (flat 200), then 2 % (flat 300): 200 + 0.10 + 300 + 0.02 = 500.12.
    """

    name: ClassVar = ChargeModelName.GRADUATED_PERCENTAGE
    key: ClassVar = KEY
    tier: ClassVar = RatedRange
    defaults: ClassVar[dict[str, Any]] = {KEY: [{"from_value": 0, "to_value": None, "rate": "0", "flat_amount": "0"}]}

    def steps(self, usage: Usage) -> tuple[Step, ...]:
        return tuple(_step(tier, usage.units) for tier in visited(self.ranges, usage.units))

    def details(self, steps: tuple[Step, ...]) -> dict[str, Any]:
        return {KEY: [{**tier_details(step), "rate": plain(step.price)} for step in steps]}


def _step(tier: RatedRange, usage_units: Decimal) -> Step:
    units = units_within(tier, usage_units, adjacent=False)
    amount = units * tier.rate_percent / 100 + tier.flat_amount
    return Step(StepKind.TIER, units, tier.rate_percent, amount, tier.flat_amount, tier.from_value, tier.to_value)
