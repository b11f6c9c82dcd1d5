"""Percentage: a rate on the units, which are an amount of money themselves, and a fixed amount per event."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from plans.rating.charge_model import ChargeModel, ChargeModelName, require
from plans.rating.exact import ZERO, plain
from plans.rating.percentage_allowance import Allowance, FreePart, transactions_of
from plans.rating.rated import Step, StepKind
from plans.rating.reader import Reader, text_of
from plans.rating.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Percentage(ChargeModel):
    """(units - free units) × rate + (events - free events) × fixed amount (3-H8, 3-H9).

    1.2 % and 0.10 an event, three events and 500 free: of 200, 100, 100, 50 the first three are free, so
    50 × 1.2 % + 0.10 = 0.70. With a minimum or maximum per transaction each event is priced on its own (3-H10).
    """

    name: ClassVar = ChargeModelName.PERCENTAGE
    defaults: ClassVar[dict[str, Any]] = {"rate": "0"}
    rate_percent: Decimal
    fixed_amount: Decimal | None = None
    free_units_per_events: int | None = None
    free_units_per_total_aggregation: Decimal | None = None
    per_transaction_min_amount: Decimal | None = None
    per_transaction_max_amount: Decimal | None = None

    def __post_init__(self) -> None:
        minimum, maximum = self.per_transaction_min_amount, self.per_transaction_max_amount
        require(
            invalid_rate=self.rate_percent >= 0,
            invalid_fixed_amount=_is_non_negative(self.fixed_amount),
            invalid_free_units_per_events=self.free_units_per_events is None or self.free_units_per_events > 0,
            invalid_free_units_per_total_aggregation=_is_non_negative(self.free_units_per_total_aggregation),
            invalid_amount=_is_non_negative(minimum) and _is_non_negative(maximum),
            per_transaction_max_lower_than_per_transaction_min=minimum is None or maximum is None or minimum <= maximum,
        )

    @classmethod
    def read(cls, reader: Reader) -> dict[str, Any]:
        free_total = "free_units_per_total_aggregation"
        return {
            "rate_percent": reader.decimal("rate", "invalid_rate"),
            "fixed_amount": reader.optional_decimal("fixed_amount", "invalid_fixed_amount"),
            "free_units_per_events": reader.optional_integer("free_units_per_events", "invalid_free_units_per_events"),
            free_total: reader.optional_decimal(free_total, f"invalid_{free_total}"),
            "per_transaction_min_amount": reader.optional_decimal("per_transaction_min_amount", "invalid_amount"),
            "per_transaction_max_amount": reader.optional_decimal("per_transaction_max_amount", "invalid_amount"),
        }

    def properties(self) -> dict[str, Any]:
        amounts = {
            "rate": self.rate_percent,
            "fixed_amount": self.fixed_amount,
            "free_units_per_total_aggregation": self.free_units_per_total_aggregation,
            "per_transaction_min_amount": self.per_transaction_min_amount,
            "per_transaction_max_amount": self.per_transaction_max_amount,
        }
        written = {key: text_of(amount) for key, amount in amounts.items() if amount is not None}
        events = self.free_units_per_events
        return written if events is None else {**written, "free_units_per_events": events}

    @property
    def needs_transactions(self) -> bool:
        return self.free_part.exists or self.has_limits

    @property
    def has_limits(self) -> bool:
        return self.per_transaction_min_amount is not None or self.per_transaction_max_amount is not None

    @property
    def free_part(self) -> FreePart:
        return FreePart(self.free_units_per_events, self.free_units_per_total_aggregation or None)

    def edges(self, up_to: Decimal) -> Iterator[Decimal]:
        return iter([self.free_part.amount] if self.free_part.amount else [])

    @property
    def telling_units(self) -> Decimal:
        return max(Decimal(1000), (self.free_part.amount or ZERO) * 2)

    def steps(self, usage: Usage) -> tuple[Step, ...]:
        return self._steps_by_event(usage) if self.has_limits else self._steps_of_totals(usage)

    def amount_of_event(self, units: Decimal) -> Decimal:
        """The price of one event none of which is free, within the limits."""
        amount = units * self.rate_percent / 100 + (self.fixed_amount or ZERO)
        if self.per_transaction_min_amount is not None:
            amount = max(amount, self.per_transaction_min_amount)
        if self.per_transaction_max_amount is not None:
            amount = min(amount, self.per_transaction_max_amount)
        return amount

    def details(self, steps: tuple[Step, ...]) -> dict[str, Any]:
        free, rated, free_events, fixed, limits = steps
        return {
            "units": plain(free.units + rated.units),
            "free_units": plain(free.units),
            "paid_units": plain(rated.units),
            "free_events": plain(free_events.units),
            "paid_events": plain(fixed.units),
            "rate": plain(rated.price),
            "per_unit_total_amount": plain(rated.amount),
            "fixed_fee_unit_amount": plain(fixed.price if fixed.units else ZERO),
            "fixed_fee_total_amount": plain(fixed.amount),
            "min_max_adjustment_total_amount": plain(limits.amount),
        }

    def _steps_of_totals(self, usage: Usage) -> tuple[Step, ...]:
        free_units, free_events = self.free_part.of(usage)
        paid_units = max(usage.units - free_units, ZERO)
        paid_events = max(usage.events_count - free_events, 0) if usage.units else 0
        return self._steps(usage, paid_units, paid_events)

    def _steps_by_event(self, usage: Usage) -> tuple[Step, ...]:
        paid = list(self._paid_parts(transactions_of(usage)))
        amount = sum([self.amount_of_event(units) for units in paid], ZERO)
        return self._steps(usage, sum(paid, ZERO), len(paid), amount)

    def _paid_parts(self, transactions: Iterable[Decimal]) -> Iterable[Decimal]:
        allowance = Allowance(self.free_part.events, self.free_part.amount)
        for value in transactions:
            free = allowance.take(value)
            if free is None:
                yield value
            elif free != value:
                yield value - free

    def _steps(
        self, usage: Usage, paid_units: Decimal, paid_events: int, amount: Decimal | None = None
    ) -> tuple[Step, ...]:
        fixed_price, events = self.fixed_amount or ZERO, Decimal(paid_events)
        rated = paid_units * self.rate_percent / 100
        fixed = events * fixed_price
        adjustment = ZERO if amount is None else amount - rated - fixed
        return (
            Step(StepKind.FREE_UNITS, usage.units - paid_units),
            Step(StepKind.RATE, paid_units, self.rate_percent, rated),
            Step(StepKind.FREE_EVENTS, usage.events_count - events),
            Step(StepKind.FIXED_AMOUNT, events, fixed_price, fixed),
            Step(StepKind.LIMITS, events, ZERO, adjustment),
        )


def _is_non_negative(amount: Decimal | None) -> bool:
    return amount is None or amount >= 0
