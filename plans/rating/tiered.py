"""What prices with tiers have in common: how they are read, refused and written."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any, ClassVar, Generic

from plans.rating.charge_model import ChargeModel, require
from plans.rating.ranges import PricedRange, R, Range, read_ranges, tile
from plans.rating.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiered(ChargeModel, Generic[R]):
    """Tiers of one kind in the list that is named ``key``; without gap or overlap, the last one without end (M3)."""

    key: ClassVar[str]
    tier: ClassVar[type[Range]] = PricedRange
    ranges: tuple[R, ...]

    def __post_init__(self) -> None:
        wrong = {code for tier in self.ranges for code in tier.refusals()}
        require(
            **{f"missing_{self.key}": bool(self.ranges), f"invalid_{self.key}": tile(self.ranges)},
            **dict.fromkeys(sorted(wrong), False),
        )

    @classmethod
    def read(cls, reader: Reader) -> dict[str, Any]:
        return {"ranges": read_ranges(reader, cls.key, cls.tier.read)}

    def properties(self) -> dict[str, Any]:
        return {self.key: [tier.as_json() for tier in self.ranges]}

    def edges(self, up_to: Decimal) -> Iterator[Decimal]:
        return (tier.to_value for tier in self.ranges if tier.to_value is not None)

    @property
    def telling_units(self) -> Decimal:
        return (self.ranges[-1].from_value * 3 / 2).to_integral_value(ROUND_CEILING) or Decimal(100)
