"""Tiers: their bounds, and how many units fall into each.

Bounds come in two styles: classic, where a tier starts at the previous one's end + 1, and adjacent, where it starts
exactly at the previous one's end (M3).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Self, TypeVar

from plans.rating.exact import ZERO, plain
from plans.rating.rated import Step
from plans.rating.reader import Reader, text_of

# A JSON number with up to 15 digits survives any client's binary floats.
_MAX_BOUND_DIGITS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Range(ABC):
    """A tier from ``from_value`` to ``to_value``, both included; no ``to_value``: without end."""

    from_value: Decimal
    to_value: Decimal | None
    flat_amount: Decimal

    @classmethod
    @abstractmethod
    def read(cls, reader: Reader, invalid: str) -> Self:
        """From JSON; what cannot be read is noted in ``reader``, bounds with the code ``invalid``."""

    @abstractmethod
    def refusals(self) -> Iterator[str]:
        """The codes of what a tier cannot have."""

    @abstractmethod
    def as_json(self) -> dict[str, Any]: ...

    def ends_before(self, units: Decimal) -> bool:
        return self.to_value is not None and self.to_value < units

    def bounds_json(self) -> dict[str, Any]:
        to_value = None if self.to_value is None else bound_json(self.to_value)
        return {"from_value": bound_json(self.from_value), "to_value": to_value}


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedRange(Range):
    """A tier with an amount per unit."""

    per_unit_amount: Decimal

    @classmethod
    def read(cls, reader: Reader, invalid: str) -> Self:
        return cls(
            from_value=reader.decimal("from_value", invalid),
            to_value=reader.optional_decimal("to_value", invalid),
            flat_amount=reader.decimal("flat_amount", "invalid_amount"),
            per_unit_amount=reader.decimal("per_unit_amount", "invalid_amount"),
        )

    def refusals(self) -> Iterator[str]:
        if self.per_unit_amount < 0 or self.flat_amount < 0:
            yield "invalid_amount"

    def as_json(self) -> dict[str, Any]:
        amounts = {"per_unit_amount": text_of(self.per_unit_amount), "flat_amount": text_of(self.flat_amount)}
        return {**self.bounds_json(), **amounts}


R = TypeVar("R", bound=Range)


def read_ranges(reader: Reader, key: str, read: Callable[[Reader, str], R]) -> tuple[R, ...]:
    invalid = f"invalid_{key}"
    return tuple(read(row, invalid) for row in reader.rows(key, missing=f"missing_{key}", invalid=invalid))


def tile(ranges: Sequence[Range]) -> bool:
    """Whether the tiers cover everything from 0 upwards without gap or overlap."""
    if not ranges or ranges[0].from_value != 0 or ranges[-1].to_value is not None:
        return False
    return all(_is_bound(tier.from_value) and _is_ordered(tier) for tier in ranges) and all(
        earlier.to_value is not None and later.from_value - earlier.to_value in (0, 1)
        for earlier, later in pairwise(ranges)
    )


def are_adjacent(ranges: Sequence[Range]) -> bool:
    """Adjacent only if all consecutive tiers touch (3-H2)."""
    return all(later.from_value == earlier.to_value for earlier, later in pairwise(ranges))


def visited(ranges: Sequence[R], units: Decimal) -> Iterator[R]:
    """The tiers up to the first one that ends at or above ``units``: each charges its flat amount (3-H3, 3-H4)."""
    for tier in ranges:
        yield tier
        if not tier.ends_before(units):
            return


def units_within(tier: Range, units: Decimal, *, adjacent: bool) -> Decimal:
    """How many of ``units`` fall into a visited tier (3-H2).

    Of 10.5 units the classic tier from 11 on holds 10.5 - 11 + 1 = 0.5 (3-H5).
    """
    upper = units if tier.to_value is None else min(units, tier.to_value)
    if adjacent or not tier.from_value:
        return upper - tier.from_value
    return upper - tier.from_value + 1


def tier_details(step: Step) -> dict[str, Any]:
    return {
        "units": plain(step.units),
        "from_value": bound_json(step.from_value or ZERO),
        "to_value": None if step.to_value is None else bound_json(step.to_value),
        "flat_unit_amount": plain(step.flat_amount),
        "per_unit_total_amount": plain(step.amount - step.flat_amount),
        "total_with_flat_amount": plain(step.amount),
    }


def bound_json(bound: Decimal) -> int | float:
    """A bound as a JSON number."""
    return int(bound) if bound == bound.to_integral_value() else float(bound)


def _is_bound(value: Decimal) -> bool:
    return value >= 0 and len(value.normalize().as_tuple().digits) <= _MAX_BOUND_DIGITS


def _is_ordered(tier: Range) -> bool:
    return tier.to_value is None or (_is_bound(tier.to_value) and tier.to_value >= tier.from_value)
