"""Graduated: each tier prices the units that fall into it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from plans.rating.charge_model import ChargeModelName
from plans.rating.exact import plain
from plans.rating.graduated_proration import prorated_tier_units
from plans.rating.ranges import PricedRange, are_adjacent, tier_details, units_within, visited
from plans.rating.rated import Step, StepKind
from plans.rating.tiered import Tiered
from plans.rating.usage import Usage
from usage.aggregation import ProratedEvent

KEY = "graduated_ranges"


@dataclass(frozen=True, slots=True, kw_only=True)
class Graduated(Tiered[PricedRange]):
    """Every tier reached adds its flat amount, the first one even without usage (3-H2 to 3-H5).

    8 units in tiers 0-5 (10 each, flat 100) and 6 and more (5 each, flat 50) cost 50 + 100 + 15 + 50 = 215.
    """

    name: ClassVar = ChargeModelName.GRADUATED
    key: ClassVar = KEY
    defaults: ClassVar[dict[str, Any]] = {
        KEY: [{"from_value": 0, "to_value": None, "per_unit_amount": "0", "flat_amount": "0"}]
    }

    def steps(self, usage: Usage) -> tuple[Step, ...]:
        events = _prorated_events(usage)
        if events is not None:
            return tuple(_step(tier, units) for tier, units in prorated_tier_units(self.ranges, events))
        adjacent = are_adjacent(self.ranges)
        return tuple(
            _step(tier, units_within(tier, usage.units, adjacent=adjacent))
            for tier in visited(self.ranges, usage.units)
        )

    def details(self, steps: tuple[Step, ...]) -> dict[str, Any]:
        return {KEY: [{**tier_details(step), "per_unit_amount": plain(step.price)} for step in steps]}


def _step(tier: PricedRange, units: Decimal) -> Step:
    amount = units * tier.per_unit_amount + tier.flat_amount
    return Step(StepKind.TIER, units, tier.per_unit_amount, amount, tier.flat_amount, tier.from_value, tier.to_value)


def _prorated_events(usage: Usage) -> tuple[ProratedEvent, ...] | None:
    if usage.prorated_events is not None:
        return tuple(usage.prorated_events)
    if not usage.full_units or usage.full_units == usage.units:
        return None
    return (ProratedEvent(usage.full_units, usage.units),)
