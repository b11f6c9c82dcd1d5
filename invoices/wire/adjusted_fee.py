"""What was set by hand on a fee of a draft, on the wire."""

from collections.abc import Iterable
from typing import TypedDict

from billing_site.kernel.api.wire import decimal_string, instant, text
from invoices.models import AdjustedFee


class AdjustedFeeWire(TypedDict):
    lago_id: str
    lago_invoice_id: str
    lago_subscription_id: str
    external_subscription_id: str
    lago_charge_id: str | None
    lago_charge_filter_id: str | None
    lago_fixed_charge_id: str | None
    fee_type: str
    is_true_up: bool
    grouped_by: dict[str, str | None]
    units: str | None
    unit_precise_amount: str | None
    invoice_display_name: str | None
    created_at: str | None
    updated_at: str | None


def adjusted_fee_wire(row: AdjustedFee) -> AdjustedFeeWire:
    """Wants ``subscription``. ``unit_precise_amount`` is in currency units."""
    return {
        "lago_id": str(row.id),
        "lago_invoice_id": str(row.invoice_id),
        "lago_subscription_id": str(row.subscription_id),
        "external_subscription_id": row.subscription.external_id,
        "lago_charge_id": _id(row.charge_id),
        "lago_charge_filter_id": _id(row.charge_filter_id),
        "lago_fixed_charge_id": _id(row.fixed_charge_id),
        "fee_type": row.fee_type,
        "is_true_up": row.is_true_up,
        "grouped_by": row.grouped_by,
        "units": decimal_string(row.units),
        "unit_precise_amount": decimal_string(row.unit_precise_amount),
        "invoice_display_name": text(row.invoice_display_name),
        "created_at": instant(row.created_at),
        "updated_at": instant(row.updated_at),
    }


def adjusted_fees_wire(rows: Iterable[AdjustedFee]) -> list[AdjustedFeeWire]:
    return [adjusted_fee_wire(row) for row in rows]


def _id(value: object) -> str | None:
    return None if value is None else str(value)
