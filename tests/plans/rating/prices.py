"""Short forms for the prices of these tests."""

from decimal import Decimal
from typing import Any

from plans.rating import ChargeModel, Rated, Usage, parse_properties, rate


def tier(
    from_value: Any, to_value: Any, price: str, flat: str = "0", *, key: str = "per_unit_amount"
) -> dict[str, Any]:
    return {"from_value": from_value, "to_value": to_value, key: price, "flat_amount": flat}


def graduated(*tiers: dict[str, Any]) -> ChargeModel:
    return parse_properties("graduated", {"graduated_ranges": list(tiers)})


def graduated_percentage(*tiers: dict[str, Any]) -> ChargeModel:
    return parse_properties("graduated_percentage", {"graduated_percentage_ranges": list(tiers)})


def volume(*tiers: dict[str, Any]) -> ChargeModel:
    return parse_properties("volume", {"volume_ranges": list(tiers)})


def package(amount: str, size: int, free: int) -> ChargeModel:
    return parse_properties("package", {"amount": amount, "package_size": size, "free_units": free})


def percentage(rate: str, **properties: Any) -> ChargeModel:
    return parse_properties("percentage", {"rate": rate, **properties})


def of(units: str) -> Usage:
    return Usage(Decimal(units))


def transactions(*values: str) -> Usage:
    return Usage.of_transactions([Decimal(value) for value in values])


def counted(events: int) -> Usage:
    return Usage(Decimal(events), events_count=events, counted=True)


def amount(model: ChargeModel, usage: Usage) -> Decimal:
    return rate(model, usage).amount


def unit_amount(model: ChargeModel, usage: Usage) -> Decimal:
    return rate(model, usage).unit_amount


def details(model: ChargeModel, usage: Usage) -> dict[str, Any]:
    rated: Rated = rate(model, usage)
    return rated.amount_details
