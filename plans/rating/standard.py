"""Standard: every unit costs the same."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from plans.rating.charge_model import ChargeModel, ChargeModelName, require
from plans.rating.rated import Step, StepKind
from plans.rating.reader import Reader, text_of
from plans.rating.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard(ChargeModel):
    """units × amount (3-H1)."""

    name: ClassVar = ChargeModelName.STANDARD
    defaults: ClassVar[dict[str, Any]] = {"amount": "0"}
    amount: Decimal

    def __post_init__(self) -> None:
        require(invalid_amount=self.amount >= 0)

    @classmethod
    def read(cls, reader: Reader) -> dict[str, Any]:
        return {"amount": reader.decimal("amount", "invalid_amount")}

    def properties(self) -> dict[str, Any]:
        return {"amount": text_of(self.amount)}

    def steps(self, usage: Usage) -> tuple[Step, ...]:
        return (Step(StepKind.UNITS, usage.units, self.amount, usage.units * self.amount),)
