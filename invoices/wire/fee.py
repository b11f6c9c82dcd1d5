"""A fee on the wire."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TypedDict

from billing_site.kernel.api.wire import decimal_string, instant, rate, text
from billing_site.kernel.intervals import Interval
from billing_site.kernel.money import to_units
from customers.models import AccountType
from invoices.models import Fee, FeeType
from invoices.wire.applied_tax import AppliedTaxWire, applied_tax_wire
from plans.periods import wire_end

_ITEM_TYPES = {
    FeeType.CHARGE: "BillableMetric",
    FeeType.SUBSCRIPTION: "Subscription",
    FeeType.ADD_ON: "AddOn",
    FeeType.FIXED_CHARGE: "AddOn",
    FeeType.CREDIT: "WalletTransaction",
    FeeType.COMMITMENT: "Subscription",
}


class ItemWire(TypedDict):
    type: str
    code: str
    name: str
    description: str | None
    invoice_display_name: str
    filters: dict[str, Any] | None
    filter_invoice_display_name: str | None
    lago_item_id: str
    item_type: str
    grouped_by: dict[str, Any]


class FeeReferencesWire(TypedDict):
    lago_id: str
    lago_charge_id: str | None
    lago_charge_filter_id: str | None
    lago_fixed_charge_id: str | None
    lago_invoice_id: str | None
    lago_true_up_fee_id: str | None
    lago_true_up_parent_fee_id: str | None
    lago_original_fee_id: str | None
    lago_customer_id: str
    external_customer_id: str
    lago_subscription_id: str | None
    external_subscription_id: str | None


class FeeAmountsWire(TypedDict):
    amount_cents: int
    amount_currency: str
    precise_amount: str | None
    precise_unit_amount: str | None
    precise_coupons_amount_cents: str | None
    sub_total_excluding_taxes_amount_cents: int
    sub_total_excluding_taxes_precise_amount_cents: str | None
    taxes_amount_cents: int
    taxes_precise_amount: str | None
    taxes_rate: float | None
    total_amount_cents: int
    total_amount_currency: str
    precise_total_amount: str | None


class FeeRangeWire(TypedDict):
    from_date: str | None
    to_date: str | None


class FeeWire(FeeReferencesWire, FeeAmountsWire, FeeRangeWire):
    item: ItemWire
    units: str | None
    total_aggregated_units: str | None
    events_count: int | None
    amount_details: dict[str, Any]
    pay_in_advance: bool
    invoiceable: bool
    self_billed: bool
    event_transaction_id: str | None
    payment_status: str
    description: str | None
    created_at: str | None
    succeeded_at: str | None
    failed_at: str | None
    refunded_at: str | None
    pricing_unit_details: dict[str, Any] | None
    presentation_breakdowns: list[dict[str, Any]]
    applied_taxes: list[AppliedTaxWire]


def fee_wire(fee: Fee) -> FeeWire:
    """Wants ``queries.fees_for_wire``. Amounts of ``precise_*`` are in currency units unless named cents."""
    return {
        **_references(fee),
        "item": item_wire(fee),
        "units": decimal_string(fee.units),
        "total_aggregated_units": decimal_string(fee.total_aggregated_units),
        "events_count": fee.events_count,
        **_amounts(fee),
        "amount_details": fee.amount_details,
        "pay_in_advance": fee.pay_in_advance,
        "invoiceable": fee.charge.invoiceable if fee.charge else True,
        "self_billed": fee.customer.account_type == AccountType.PARTNER,
        "event_transaction_id": text(fee.pay_in_advance_event_transaction_id),
        "payment_status": fee.payment_status,
        "description": text(fee.description),
        "created_at": instant(fee.created_at),
        "succeeded_at": instant(fee.succeeded_at),
        "failed_at": instant(fee.failed_at),
        "refunded_at": instant(fee.refunded_at),
        **_range(fee),
        "pricing_unit_details": None,
        "presentation_breakdowns": fee.presentation_breakdowns,
        "applied_taxes": [applied_tax_wire(applied, lago_fee_id=str(fee.id)) for applied in fee.applied_taxes.all()],
    }


def fees_wire(fees: Iterable[Fee]) -> list[FeeWire]:
    return [fee_wire(fee) for fee in fees]


def item_wire(fee: Fee) -> ItemWire:
    return {
        "type": fee.fee_type,
        "code": fee.item_code,
        "name": fee.item_name,
        "description": text(fee.description),
        "invoice_display_name": fee.display_name,
        "filters": fee.charge_filter.values if fee.charge_filter else None,
        "filter_invoice_display_name": text(fee.filter_display_name),
        "lago_item_id": str(fee.item_id),
        "item_type": _ITEM_TYPES[FeeType(fee.fee_type)],
        "grouped_by": fee.grouped_by,
    }


def _references(fee: Fee) -> FeeReferencesWire:
    return {
        "lago_id": str(fee.id),
        "lago_charge_id": _id(fee.charge_id),
        "lago_charge_filter_id": _id(fee.charge_filter_id),
        "lago_fixed_charge_id": _id(fee.fixed_charge_id),
        "lago_invoice_id": _id(fee.invoice_id),
        "lago_true_up_fee_id": next((str(each.id) for each in fee.true_up_fees.all()), None),
        "lago_true_up_parent_fee_id": _id(fee.true_up_parent_id),
        "lago_original_fee_id": None,
        "lago_customer_id": str(fee.customer_id),
        "external_customer_id": fee.customer.external_id,
        "lago_subscription_id": _id(fee.subscription_id),
        "external_subscription_id": fee.subscription.external_id if fee.subscription else None,
    }


def _amounts(fee: Fee) -> FeeAmountsWire:
    currency = fee.amount_currency
    net_cents = fee.precise_amount_cents - fee.precise_coupons_amount_cents
    return {
        "amount_cents": fee.amount_cents,
        "amount_currency": currency,
        "precise_amount": _units(fee.precise_amount_cents, currency),
        "precise_unit_amount": decimal_string(fee.precise_unit_amount),
        "precise_coupons_amount_cents": decimal_string(fee.precise_coupons_amount_cents),
        "sub_total_excluding_taxes_amount_cents": fee.amount_cents,
        "sub_total_excluding_taxes_precise_amount_cents": decimal_string(net_cents),
        "taxes_amount_cents": fee.taxes_amount_cents,
        "taxes_precise_amount": _units(fee.taxes_precise_amount_cents, currency),
        "taxes_rate": rate(fee.taxes_rate_percent),
        "total_amount_cents": fee.total_amount_cents,
        "total_amount_currency": currency,
        "precise_total_amount": _units(net_cents + fee.taxes_precise_amount_cents, currency),
    }


def _range(fee: Fee) -> FeeRangeWire:
    if fee.from_datetime is None or fee.to_datetime is None:
        return {"from_date": None, "to_date": None}
    covered = Interval(fee.from_datetime, fee.to_datetime)
    return {"from_date": instant(covered.start), "to_date": instant(wire_end(covered))}


def _units(cents: Decimal, currency: str) -> str | None:
    return decimal_string(to_units(cents, currency))


def _id(value: object) -> str | None:
    return None if value is None else str(value)
