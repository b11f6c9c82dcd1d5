"""Graduated percentage: each tier takes its rate of the units that fall into it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from plans.rating.charge_model import ChargeModel, ChargeModelName, require
from plans.rating.exact import plain
from plans.rating.ranges import Range, read_ranges, tier_details, tile, units_within, visited
from plans.rating.rated import Step, StepKind
from plans.rating.reader import Reader, text_of
from plans.rating.usage import Usage

KEY = "graduated_percentage_ranges"


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedRange(Range):
    """A tier with a rate."""

    rate_percent: Decimal

    @classmethod
    def read(cls, reader: Reader, invalid: str) -> "RatedRange":
        return cls(
            from_value=reader.decimal("from_value", invalid),
            to_value=reader.optional_decimal("to_value", invalid),
            flat_amount=reader.decimal("flat_amount", "invalid_amount"),
            rate_percent=reader.decimal("rate", "invalid_rate"),
        )

    def as_json(self) -> dict[str, Any]:
        return {**self.bounds_json(), "rate": text_of(self.rate_percent), "flat_amount": text_of(self.flat_amount)}


@dataclass(frozen=True, slots=True, kw_only=True)
class GraduatedPercentage(ChargeModel):
    """Every tier reached adds its flat amount, the first one even without usage (3-H11).

    Bounds that touch are still counted the classic way here, as the reference system does.
    11 units at 1 % up to 10 (flat 200), then 2 % (flat 300): 200 + 0.10 + 300 + 0.02 = 500.12.
    """

    name: ClassVar = ChargeModelName.GRADUATED_PERCENTAGE
    defaults: ClassVar[dict[str, Any]] = {KEY: [{"from_value": 0, "to_value": None, "rate": "0", "flat_amount": "0"}]}
    ranges: tuple[RatedRange, ...]

    def __post_init__(self) -> None:
        require(
            missing_graduated_percentage_ranges=bool(self.ranges),
            invalid_graduated_percentage_ranges=tile(self.ranges),
            invalid_amount=all(tier.flat_amount >= 0 for tier in self.ranges),
            invalid_rate=all(tier.rate_percent >= 0 for tier in self.ranges),
        )

    @classmethod
    def read(cls, reader: Reader) -> dict[str, Any]:
        return {"ranges": read_ranges(reader, KEY, RatedRange.read)}

    def properties(self) -> dict[str, Any]:
        return {KEY: [tier.as_json() for tier in self.ranges]}

    def steps(self, usage: Usage) -> tuple[Step, ...]:
        return tuple(_step(tier, usage.units) for tier in visited(self.ranges, usage.units))

    def details(self, steps: tuple[Step, ...]) -> dict[str, Any]:
        return {KEY: [{**tier_details(step), "rate": plain(step.price)} for step in steps]}


def _step(tier: RatedRange, usage_units: Decimal) -> Step:
    units = units_within(tier, usage_units, adjacent=False)
    amount = units * tier.rate_percent / 100 + tier.flat_amount
    return Step(StepKind.TIER, units, tier.rate_percent, amount, tier.flat_amount, tier.from_value, tier.to_value)
