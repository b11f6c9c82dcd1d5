"""Volume: one tier, chosen by the total, prices every unit."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any, ClassVar

from plans.rating.charge_model import ChargeModelName
from plans.rating.exact import plain
from plans.rating.ranges import PricedRange
from plans.rating.rated import Step, StepKind
from plans.rating.tiered import Tiered
from plans.rating.usage import Usage

KEY = "volume_ranges"


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume(Tiered[PricedRange]):
    """units × the tier's amount + its flat amount; whole units choose the tier, prorated ones are priced (3-H6).

    100.5 units lie between the tiers 0-100 and 101-200: the upper one prices them.
    0 units owe the first tier's flat amount.
    """

    name: ClassVar = ChargeModelName.VOLUME
    key: ClassVar = KEY
    defaults: ClassVar[dict[str, Any]] = {
        KEY: [{"from_value": 0, "to_value": None, "per_unit_amount": "0", "flat_amount": "0"}]
    }

    def steps(self, usage: Usage) -> tuple[Step, ...]:
        tier = self.tier_of(usage.whole_units)
        amount = usage.units * tier.per_unit_amount + tier.flat_amount
        price = tier.per_unit_amount
        return (Step(StepKind.TIER, usage.units, price, amount, tier.flat_amount, tier.from_value, tier.to_value),)

    def tier_of(self, units: Decimal) -> PricedRange:
        """The first tier with ``from_value <= ceil(units)`` and ``units <= to_value``."""
        ceiling = units.to_integral_value(ROUND_CEILING)
        return next(tier for tier in self.ranges if tier.from_value <= ceiling and not tier.ends_before(units))

    def details(self, steps: tuple[Step, ...]) -> dict[str, Any]:
        (step,) = steps
        return {
            "flat_unit_amount": plain(step.flat_amount),
            "per_unit_amount": plain(step.price),
            "per_unit_total_amount": plain(step.amount - step.flat_amount),
        }
