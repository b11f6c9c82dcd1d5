"""Projected usage on the wire."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from billing_site.kernel.api.wire import decimal_string
from invoices.billing.projection import Elapsed, Projection
from invoices.wire.customer_usage import (
    CustomerUsageWire,
    QuantityWire,
    ShownCharge,
    UsedFee,
    charge_usage_wire,
    customer_usage_wire,
    quantity_wire,
)


class ProjectedQuantityWire(QuantityWire):
    projected_units: str | None
    projected_amount_cents: int
    projected_presentation_breakdowns: list[dict[str, Any]]


class CustomerProjectedUsageWire(CustomerUsageWire):
    projected_amount_cents: int


def customer_projected_usage_wire(projection: Projection) -> CustomerProjectedUsageWire:
    statement = projection.statement
    shown = customer_usage_wire(statement)

    def quantity(fees: Sequence[UsedFee]) -> ProjectedQuantityWire:
        return _quantity(projection, fees)

    charges = [ShownCharge.of(usage, shown["currency"]) for usage in statement.charges]
    return {
        **shown,
        "charges_usage": [charge_usage_wire(charge, quantity) for charge in charges],
        "projected_amount_cents": sum(projected.amount_cents for projected in projection.fees.values()),
    }


def _quantity(projection: Projection, fees: Sequence[UsedFee]) -> ProjectedQuantityWire:
    now, coming = quantity_wire(fees), [projection.fees[fee.id] for fee in fees]
    return {
        **now,
        "projected_units": decimal_string(sum(each.units for each in coming)),
        "projected_amount_cents": sum(each.amount_cents for each in coming),
        "projected_presentation_breakdowns": [
            _projected(each, projection.elapsed) for each in now["presentation_breakdowns"]
        ],
    }


def _projected(breakdown: dict[str, Any], elapsed: Elapsed) -> dict[str, Any]:
    return {**breakdown, "units": decimal_string(elapsed.units(Decimal(breakdown["units"])))}
