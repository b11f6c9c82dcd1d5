"""Package: units are sold in packages, each paid in full from its first unit."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from itertools import count, takewhile
from typing import Any, ClassVar

from plans.rating.charge_model import ChargeModel, ChargeModelName, require
from plans.rating.exact import ZERO, per_unit, plain
from plans.rating.rated import Step, StepKind
from plans.rating.reader import Reader, text_of
from plans.rating.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Package(ChargeModel):
    """ceil((units - free units) / size) × amount (3-H7).

    201 units, 100 of them free, in packages of 100 at 5: two packages, 10. The unit amount is that of a paid unit.
    """

    name: ClassVar = ChargeModelName.PACKAGE
    defaults: ClassVar[dict[str, Any]] = {"package_size": 1, "amount": "0", "free_units": 0}
    amount: Decimal
    package_size: int
    free_units: int

    def __post_init__(self) -> None:
        require(
            invalid_amount=self.amount >= 0,
            invalid_package_size=self.package_size > 0,
            invalid_free_units=self.free_units >= 0,
        )

    @classmethod
    def read(cls, reader: Reader) -> dict[str, Any]:
        return {
            "amount": reader.decimal("amount", "invalid_amount"),
            "package_size": reader.integer("package_size", "invalid_package_size"),
            "free_units": reader.integer("free_units", "invalid_free_units"),
        }

    def properties(self) -> dict[str, Any]:
        return {"amount": text_of(self.amount), "package_size": self.package_size, "free_units": self.free_units}

    def steps(self, usage: Usage) -> tuple[Step, ...]:
        paid_units = self._paid_units(usage)
        packages = (paid_units / self.package_size).to_integral_value(ROUND_CEILING)
        return (
            Step(StepKind.FREE_UNITS, usage.units - paid_units),
            Step(StepKind.PAID_UNITS, paid_units),
            Step(StepKind.PACKAGES, packages, self.amount, packages * self.amount),
        )

    def edges(self, up_to: Decimal) -> Iterator[Decimal]:
        return takewhile(up_to.__ge__, map(Decimal, count(self.free_units, self.package_size)))

    @property
    def telling_units(self) -> Decimal:
        return Decimal(self.free_units + 5 * self.package_size)

    def unit_amount(self, amount: Decimal, usage: Usage) -> Decimal:
        return per_unit(amount, self._paid_units(usage))

    def details(self, steps: tuple[Step, ...]) -> dict[str, Any]:
        free, paid, _packages = steps
        return {
            "free_units": plain(free.units),
            "paid_units": plain(paid.units),
            "per_package_size": self.package_size,
            "per_package_unit_amount": plain(self.amount),
        }

    def _paid_units(self, usage: Usage) -> Decimal:
        return max(usage.units - self.free_units, ZERO)
