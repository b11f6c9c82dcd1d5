"""Which thresholds a value passed on its way, and how far it is to the next one. Pure.

The fixed thresholds come first; the recurring one repeats its value beyond the last of them (3-Z2, A3).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from billing_site.kernel.money import EXACT

# Of a step of one cent under a large amount a million are passed at once: only the last of them are told.
MOST_REPETITIONS = 100
ZERO, ONE = Decimal(0), Decimal(1)


class Direction(StrEnum):
    """What passing means: usage grows over its thresholds, balances fall below them."""

    INCREASING = "increasing"
    DECREASING = "decreasing"


@dataclass(frozen=True, slots=True)
class Threshold:
    value: Decimal
    recurring: bool = False
    code: str = ""
    id: UUID | None = None


class Crossing(NamedTuple):
    """``value`` is what was passed: of a recurring threshold the repetition."""

    threshold: Threshold
    value: Decimal


class Completion(NamedTuple):
    """How much of the way from the threshold before it is done: 0 to 1."""

    value: Decimal
    ratio: Decimal


def crossings(
    thresholds: Sequence[Threshold], before: Decimal, now: Decimal, direction: Direction = Direction.INCREASING
) -> list[Crossing]:
    """What is passed from ``before`` (excluded) to ``now`` (included), in the order in which it was.

    1,000 recurring, from 900 to 3,500: 1,000, 2,000 and 3,000. Falling from 900 to 0 with 500 and 100: both.
    """
    sign = -ONE if direction is Direction.DECREASING else ONE
    # A fall is a rise of the opposite numbers.
    low, high = sign * before, sign * now
    fixed = sorted(((sign * each.value, each) for each in _fixed(thresholds)), key=itemgetter(0))
    passed = [Crossing(each, each.value) for value, each in fixed if low < value <= high]
    for recurring in _recurring(thresholds):
        # Balances have no first threshold to count from; usage starts at 0.
        start = fixed[-1][0] if fixed else (ZERO if sign > 0 else None)
        repeated = _repetitions(recurring.value, start, low, high)
        passed += [Crossing(recurring, sign * value) for value in repeated]
    return passed


def completions(thresholds: Sequence[Threshold], total: Decimal) -> list[Completion]:
    """Every threshold passed, and on the way; of a recurring one what was passed and the next repetition.

    100 and 300 at a total of 150: 1 and a quarter.
    """
    values = sorted(each.value for each in _fixed(thresholds))
    for recurring in _recurring(thresholds):
        base = values[-1] if values else ZERO
        passed = list(_repetitions(recurring.value, base, base, total))
        values += [*passed, (passed[-1] if passed else base) + recurring.value]
    starts = [ZERO, *values]
    return [Completion(value, _ratio(start, value, total)) for start, value in zip(starts, values, strict=False)]


def _ratio(start: Decimal, value: Decimal, total: Decimal) -> Decimal:
    return min(max(EXACT.divide(total - start, value - start), ZERO), ONE)


def _fixed(thresholds: Sequence[Threshold]) -> list[Threshold]:
    return [each for each in thresholds if not each.recurring]


def _recurring(thresholds: Sequence[Threshold]) -> list[Threshold]:
    return [each for each in thresholds if each.recurring]


def _repetitions(step: Decimal, start: Decimal | None, low: Decimal, high: Decimal) -> Iterator[Decimal]:
    """``start + k × step`` in (low, high], the last of them; k from 1 on, or any where there is no start."""
    base = ZERO if start is None else start
    first, last = _steps(low - base, step) + 1, _steps(high - base, step)
    if start is not None:
        first = max(first, 1)
    for count in range(max(first, last - MOST_REPETITIONS + 1), last + 1):
        yield base + count * step


def _steps(distance: Decimal, step: Decimal) -> int:
    return int(EXACT.divide(distance, step).to_integral_value(ROUND_FLOOR))
