"""Current usage on the wire."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypedDict

from billing_site.kernel.api.wire import civil_date, decimal_string, instant
from invoices.billing.drafts import FeeDraft
from invoices.billing.usage import ChargeUsage, UsageStatement
from plans.models import Charge
from plans.periods import last_date, wire_end
from usage.models import BillableMetric


class UsageChargeWire(TypedDict):
    lago_id: str
    charge_model: str
    invoice_display_name: str | None
    code: str


class UsageMetricWire(TypedDict):
    lago_id: str
    name: str
    code: str
    aggregation_type: str


class QuantityWire(TypedDict):
    units: str | None
    total_aggregated_units: str | None
    events_count: int
    amount_cents: int
    pricing_unit_details: dict[str, Any] | None
    presentation_breakdowns: list[dict[str, Any]]


class FilterUsageWire(QuantityWire):
    values: dict[str, list[str]] | None
    invoice_display_name: str | None


class GroupedUsageWire(QuantityWire):
    grouped_by: dict[str, str | None]
    filters: list[FilterUsageWire]


class ChargeUsageWire(QuantityWire):
    amount_currency: str
    charge: UsageChargeWire
    billable_metric: UsageMetricWire
    filters: list[FilterUsageWire]
    grouped_usage: list[GroupedUsageWire]


class CustomerUsageWire(TypedDict):
    from_datetime: str | None
    to_datetime: str | None
    issuing_date: str | None
    lago_invoice_id: str | None
    currency: str
    amount_cents: int
    taxes_amount_cents: int
    total_amount_cents: int
    charges_usage: list[ChargeUsageWire]


def customer_usage_wire(statement: UsageStatement) -> CustomerUsageWire:
    """``issuing_date`` is the local day on which the period ends (3-E2)."""
    timezone = statement.subscription.customer.applicable_timezone
    return {
        "from_datetime": instant(statement.period.start),
        "to_datetime": instant(wire_end(statement.period)),
        "issuing_date": civil_date(last_date(statement.period, timezone)),
        "lago_invoice_id": None,
        "currency": statement.subscription.plan.amount_currency,
        "amount_cents": statement.settlement.fees_amount_cents,
        "taxes_amount_cents": statement.settlement.taxes.amount_cents,
        "total_amount_cents": statement.settlement.total_amount_cents,
        "charges_usage": [charge_usage_wire(usage, statement) for usage in statement.charges],
    }


def charge_usage_wire(usage: ChargeUsage, statement: UsageStatement) -> ChargeUsageWire:
    return {
        **_quantity(usage.fees),
        "amount_currency": statement.subscription.plan.amount_currency,
        "charge": _charge(usage.charge),
        "billable_metric": _metric(usage.charge.billable_metric),
        "filters": _by_filter(usage, usage.fees),
        "grouped_usage": _by_group(usage),
    }


def _by_filter(usage: ChargeUsage, fees: Sequence[FeeDraft]) -> list[FilterUsageWire]:
    """One entry for each filter and one, without values, for what none matches; empty for a charge without filters."""
    if not usage.listed.filters:
        return []
    shown: list[FilterUsageWire] = []
    for price in usage.listed.prices:
        chosen = price.charge_filter
        own = [fee for fee in fees if fee.charge_filter_id == (chosen.id if chosen else None)]
        if own:
            name = chosen.invoice_display_name or None if chosen else None
            shown.append({**_quantity(own), "values": chosen.values if chosen else None, "invoice_display_name": name})
    return shown


def _by_group(usage: ChargeUsage) -> list[GroupedUsageWire]:
    groups: dict[tuple[tuple[str, str | None], ...], list[FeeDraft]] = {}
    for fee in usage.fees:
        if fee.grouped_by:
            groups.setdefault(tuple(fee.grouped_by.items()), []).append(fee)
    return [
        {**_quantity(fees), "grouped_by": dict(group), "filters": _by_filter(usage, fees)}
        for group, fees in groups.items()
    ]


def _quantity(fees: Sequence[FeeDraft]) -> QuantityWire:
    return {
        "units": decimal_string(sum((fee.units for fee in fees), Decimal(0))),
        "total_aggregated_units": decimal_string(sum((fee.total_aggregated_units for fee in fees), Decimal(0))),
        "events_count": sum(fee.events_count or 0 for fee in fees),
        "amount_cents": sum(fee.amount_cents for fee in fees),
        "pricing_unit_details": None,
        "presentation_breakdowns": [],
    }


def _charge(charge: Charge) -> UsageChargeWire:
    return {
        "lago_id": str(charge.id),
        "charge_model": charge.charge_model,
        "invoice_display_name": charge.invoice_display_name or None,
        "code": charge.code,
    }


def _metric(metric: BillableMetric) -> UsageMetricWire:
    return {
        "lago_id": str(metric.id),
        "name": metric.name,
        "code": metric.code,
        "aggregation_type": metric.aggregation_type,
    }
