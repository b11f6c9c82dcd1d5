"""A fixed charge on the wire."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID

from billing_site.kernel.api.wire import decimal_string, instant
from customers.wire.tax import TaxWire, taxes_wire
from plans.models import FixedCharge
from plans.rating import UnitsChange


class FixedChargeWire(TypedDict):
    lago_id: str
    lago_add_on_id: str
    lago_parent_id: str | None
    invoice_display_name: str
    add_on_code: str
    code: str
    created_at: str | None
    charge_model: str
    pay_in_advance: bool
    prorated: bool
    properties: dict[str, Any]
    units: str | None
    taxes: list[TaxWire]


def fixed_charge_wire(fixed_charge: FixedCharge, units: Decimal | None = None) -> FixedChargeWire:
    """Wants ``queries.live_fixed_charges``; ``units`` are a subscription's own. The published clients need a name."""
    return {
        "lago_id": str(fixed_charge.id),
        "lago_add_on_id": str(fixed_charge.add_on_id),
        "lago_parent_id": str(fixed_charge.parent_id) if fixed_charge.parent_id else None,
        "invoice_display_name": fixed_charge.display_name,
        "add_on_code": fixed_charge.add_on.code,
        "code": fixed_charge.code,
        "created_at": instant(fixed_charge.created_at),
        "charge_model": fixed_charge.charge_model,
        "pay_in_advance": fixed_charge.pay_in_advance,
        "prorated": fixed_charge.prorated,
        "properties": fixed_charge.properties,
        "units": decimal_string(fixed_charge.units if units is None else units),
        "taxes": taxes_wire(fixed_charge.taxes.all()),
    }


def fixed_charges_wire(
    fixed_charges: Iterable[FixedCharge], own_units: Mapping[UUID, UnitsChange] | None = None
) -> list[FixedChargeWire]:
    """``own_units`` are ``queries.last_units`` of the subscription whose fixed charges they are."""
    said = own_units or {}
    return [
        fixed_charge_wire(each, said[each.original_id].units if each.original_id in said else None)
        for each in fixed_charges
    ]
