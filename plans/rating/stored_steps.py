"""The calculation of a fee, read back from the details that were stored with it."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

from plans.rating.exact import ZERO
from plans.rating.rated import Step, StepKind

Details = Mapping[str, Any]


def stored_steps(units: Decimal, unit_amount: Decimal, amount: Decimal, details: Details) -> tuple[Step, ...]:
    """The steps that ``details`` tell of, in currency units; without any, ``units`` at ``unit_amount`` are one.

    They are what rating gave, so they add up to ``amount`` exactly where that was stored exactly.
    """
    if "graduated_ranges" in details:
        return tuple(_tier(tier, "per_unit_amount") for tier in details["graduated_ranges"])
    if "graduated_percentage_ranges" in details:
        return tuple(_tier(tier, "rate") for tier in details["graduated_percentage_ranges"])
    if "per_package_size" in details:
        return tuple(_packages(details))
    if "fixed_fee_unit_amount" in details:
        return tuple(_percentage(details))
    if "per_unit_total_amount" in details:
        return (_volume(details, units),)
    return (Step(StepKind.UNITS, units, unit_amount, amount),)


def _tier(tier: Details, price: str) -> Step:
    to_value = tier["to_value"]
    return Step(
        StepKind.TIER,
        Decimal(tier["units"]),
        Decimal(tier[price]),
        Decimal(tier["total_with_flat_amount"]),
        Decimal(tier["flat_unit_amount"]),
        _bound(tier["from_value"]),
        None if to_value is None else _bound(to_value),
    )


def _bound(value: int | float) -> Decimal:
    return Decimal(str(value))


def _packages(details: Details) -> Iterator[Step]:
    paid, price = Decimal(details["paid_units"]), Decimal(details["per_package_unit_amount"])
    packages = (paid / details["per_package_size"]).to_integral_value(ROUND_CEILING)
    yield Step(StepKind.FREE_UNITS, Decimal(details["free_units"]))
    yield Step(StepKind.PAID_UNITS, paid)
    yield Step(StepKind.PACKAGES, packages, price, packages * price)


def _percentage(details: Details) -> Iterator[Step]:
    events = Decimal(details["paid_events"])
    rated, fixed = Decimal(details["per_unit_total_amount"]), Decimal(details["fixed_fee_total_amount"])
    yield Step(StepKind.FREE_UNITS, Decimal(details["free_units"]))
    yield Step(StepKind.RATE, Decimal(details["paid_units"]), Decimal(details["rate"]), rated)
    yield Step(StepKind.FREE_EVENTS, Decimal(details["free_events"]))
    yield Step(StepKind.FIXED_AMOUNT, events, Decimal(details["fixed_fee_unit_amount"]), fixed)
    yield Step(StepKind.LIMITS, events, ZERO, Decimal(details["min_max_adjustment_total_amount"]))


def _volume(details: Details, units: Decimal) -> Step:
    flat = Decimal(details["flat_unit_amount"])
    amount = Decimal(details["per_unit_total_amount"]) + flat
    return Step(StepKind.TIER, units, Decimal(details["per_unit_amount"]), amount, flat)
