"""A charge on the wire."""

from collections.abc import Iterable
from typing import Any, TypedDict

from billing_site.kernel.api.wire import instant, text
from customers.wire.tax import TaxWire, taxes_wire
from plans.models import Charge, ChargeFilter


class ChargeFilterWire(TypedDict):
    lago_id: str
    invoice_display_name: str | None
    properties: dict[str, Any]
    values: dict[str, list[str]]
    created_at: str | None


class ChargeWire(TypedDict):
    lago_id: str
    lago_billable_metric_id: str
    lago_parent_id: str | None
    billable_metric_code: str
    code: str
    created_at: str | None
    charge_model: str
    pay_in_advance: bool
    prorated: bool
    invoiceable: bool
    regroup_paid_fees: str | None
    invoice_display_name: str | None
    min_amount_cents: int
    accepts_target_wallet: bool
    applied_pricing_unit: dict[str, Any] | None
    properties: dict[str, Any]
    filters: list[ChargeFilterWire]
    taxes: list[TaxWire]


def charge_wire(charge: Charge) -> ChargeWire:
    """Wants ``queries.live_charges``."""
    return {
        "lago_id": str(charge.id),
        "lago_billable_metric_id": str(charge.billable_metric_id),
        "lago_parent_id": str(charge.parent_id) if charge.parent_id else None,
        "billable_metric_code": charge.billable_metric.code,
        "code": charge.code,
        "created_at": instant(charge.created_at),
        "charge_model": charge.charge_model,
        "pay_in_advance": charge.pay_in_advance,
        "prorated": charge.prorated,
        "invoiceable": charge.invoiceable,
        "regroup_paid_fees": charge.regroup_paid_fees,
        "invoice_display_name": text(charge.invoice_display_name),
        "min_amount_cents": charge.min_amount_cents,
        "accepts_target_wallet": charge.accepts_target_wallet,
        "applied_pricing_unit": None,
        "properties": charge.properties,
        "filters": filters_wire(charge.filters.all()),
        "taxes": taxes_wire(charge.taxes.all()),
    }


def charges_wire(charges: Iterable[Charge]) -> list[ChargeWire]:
    return [charge_wire(charge) for charge in charges]


def filter_wire(charge_filter: ChargeFilter) -> ChargeFilterWire:
    return {
        "lago_id": str(charge_filter.id),
        "invoice_display_name": text(charge_filter.invoice_display_name),
        "properties": charge_filter.properties,
        "values": charge_filter.values,
        "created_at": instant(charge_filter.created_at),
    }


def filters_wire(filters: Iterable[ChargeFilter]) -> list[ChargeFilterWire]:
    return [filter_wire(each) for each in filters]
