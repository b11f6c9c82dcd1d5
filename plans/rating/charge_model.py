"""What every charge model has: a price for usage, and the properties it was made from."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Self

from billing_site.kernel.errors import ValidationFailed
from plans.rating.exact import ZERO, per_unit
from plans.rating.grouping import UNGROUPED, Grouping
from plans.rating.rated import Rated, Step
from plans.rating.reader import Reader
from plans.rating.usage import Usage


class ChargeModelName(StrEnum):
    STANDARD = "standard"
    GRADUATED = "graduated"
    VOLUME = "volume"
    PACKAGE = "package"
    PERCENTAGE = "percentage"
    GRADUATED_PERCENTAGE = "graduated_percentage"
    DYNAMIC = "dynamic"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeModel(ABC):
    """A price. Amounts are in currency units; a constructor raises ``ValidationFailed`` on nonsense."""

    name: ClassVar[ChargeModelName]
    # The price without properties (M22): nothing is charged.
    defaults: ClassVar[dict[str, Any]]
    grouping: Grouping = UNGROUPED

    @classmethod
    def parse(cls, reader: Reader) -> Self:
        grouping = Grouping.read(reader)
        fields = cls.read(reader)
        reader.refuse()
        return cls(grouping=grouping, **fields)

    @classmethod
    @abstractmethod
    def read(cls, reader: Reader) -> dict[str, Any]:
        """The constructor's arguments from JSON; what cannot be read is noted in ``reader``."""

    @abstractmethod
    def properties(self) -> dict[str, Any]:
        """Back to JSON, without the grouping keys."""

    @abstractmethod
    def steps(self, usage: Usage) -> tuple[Step, ...]:
        """The calculation, in exact arithmetic; its amounts add up to the price."""

    def details(self, steps: tuple[Step, ...]) -> dict[str, Any]:
        return {}

    def unit_amount(self, amount: Decimal, usage: Usage) -> Decimal:
        return per_unit(amount, usage.whole_units)

    def edges(self, up_to: Decimal) -> Iterator[Decimal]:
        """Units at which the price jumps or bends, in order; those above ``up_to`` may be left out."""
        return iter(())

    @property
    def telling_units(self) -> Decimal:
        """How many units show what is special about the price."""
        return Decimal(100)

    @property
    def needs_transactions(self) -> bool:
        return False

    def rated(self, steps: tuple[Step, ...], usage: Usage) -> Rated:
        amount = sum([step.amount for step in steps], ZERO)
        if amount < 0:
            return NOTHING
        return Rated(amount, self.unit_amount(amount, usage), self.details(steps), steps)


NOTHING = Rated(ZERO, ZERO, {}, ())


def require(**conditions: bool) -> None:
    """Refuse properties with the codes of the conditions that do not hold."""
    codes = [code for code, holds in conditions.items() if not holds]
    if codes:
        raise ValidationFailed(properties=codes)
