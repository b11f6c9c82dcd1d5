"""Dynamic: the events carry their price."""

from dataclasses import dataclass
from typing import Any, ClassVar

from billing_site.kernel.money import to_units
from plans.rating.charge_model import ChargeModel, ChargeModelName
from plans.rating.exact import ZERO
from plans.rating.rated import Step, StepKind
from plans.rating.reader import Reader
from plans.rating.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Dynamic(ChargeModel):
    """The sum of what the events carried, 0 without units (3-H12)."""

    name: ClassVar = ChargeModelName.DYNAMIC
    defaults: ClassVar[dict[str, Any]] = {}

    @classmethod
    def read(cls, reader: Reader) -> dict[str, Any]:
        return {}

    def properties(self) -> dict[str, Any]:
        return {}

    def steps(self, usage: Usage) -> tuple[Step, ...]:
        if not usage.units or not usage.precise_total_amount_cents:
            return (Step(StepKind.EVENT_AMOUNTS, usage.units),)
        if usage.currency is None:
            raise ValueError("amounts that events carried need usage.currency")
        amount = to_units(usage.precise_total_amount_cents, usage.currency)
        return (Step(StepKind.EVENT_AMOUNTS, usage.units, ZERO, amount),)
