"""Why a fee is what it is, on the wire. An extension of the reference system's API."""

from datetime import datetime
from typing import Any, TypedDict

from billing_site.kernel.api.wire import decimal_string, instant, rate
from billing_site.kernel.intervals import Interval
from invoices.models import Fee
from invoices.settlement import Counted, Explanation, Line, UnitsTrail
from plans.periods import local_instant, wire_end


class RangeWire(TypedDict):
    from_datetime: str | None
    to_datetime: str | None
    local_from_datetime: str
    local_to_datetime: str
    timezone: str


class CountedWire(TypedDict):
    billable_metric_code: str
    billable_metric_name: str
    aggregation_type: str
    field_name: str | None
    recurring: bool
    range: RangeWire
    counted_from_datetime: str | None
    filter_values: dict[str, list[str]] | None
    grouped_by: dict[str, str | None]
    events_count: int
    late_events_count: int


class DayUnitsWire(TypedDict):
    units: str | None
    days: int


class UnitsTrailWire(TypedDict):
    carried_units: str | None
    aggregated_units: str | None
    rounding_function: str | None
    rounding_precision: int | None
    units: str | None
    priced_units: str | None
    units_by_days: list[DayUnitsWire]
    period_days: int | None


class LineWire(TypedDict):
    kind: str
    units: str | None
    price: str | None
    flat_amount: str | None
    amount: str | None
    from_value: str | None
    to_value: str | None


class DaysWire(TypedDict):
    days: int
    period_days: int


class TaxStepWire(TypedDict):
    code: str
    name: str
    rate: float | None
    base_amount_cents: str | None
    precise_amount_cents: str | None
    amount_cents: int


class ExplanationWire(TypedDict):
    lago_fee_id: str
    lago_invoice_id: str | None
    fee_type: str
    name: str
    currency: str
    counted: CountedWire | None
    units: UnitsTrailWire | None
    days: DaysWire | None
    charge_model: str | None
    properties: dict[str, Any]
    steps: list[LineWire]
    amount: str | None
    amount_cents: int
    billed_amount_cents: int
    matches: bool
    recalculated: bool
    changed_since: list[str]
    taxes: list[TaxStepWire]
    taxes_amount_cents: int
    total_amount_cents: int


def explanation_wire(fee: Fee, explanation: Explanation) -> ExplanationWire:
    """``amount`` is exact, in currency units; ``amount_cents`` is that rounded half up once."""
    return {
        "lago_fee_id": str(fee.id),
        "lago_invoice_id": str(fee.invoice_id) if fee.invoice_id else None,
        "fee_type": fee.fee_type,
        "name": fee.display_name,
        "currency": explanation.currency,
        "counted": _counted(explanation.counted, timezone_of(fee)) if explanation.counted else None,
        "units": _units(explanation.units) if explanation.units else None,
        "days": explanation.days._asdict() if explanation.days else None,  # type: ignore[typeddict-item]
        "charge_model": explanation.charge_model,
        "properties": dict(explanation.properties),
        "steps": [_line(line) for line in explanation.lines],
        "amount": decimal_string(explanation.amount),
        "amount_cents": explanation.amount_cents,
        "billed_amount_cents": fee.amount_cents,
        "matches": explanation.matches(fee.amount_cents),
        "recalculated": explanation.recalculated,
        "changed_since": list(explanation.changed_since),
        "taxes": [_tax(fee, applied) for applied in fee.applied_taxes.all()],
        "taxes_amount_cents": fee.taxes_amount_cents,
        "total_amount_cents": fee.total_amount_cents,
    }


def timezone_of(fee: Fee) -> str:
    return fee.invoice.timezone if fee.invoice else fee.customer.applicable_timezone


def _counted(counted: Counted, timezone: str) -> CountedWire:
    return {
        "billable_metric_code": counted.code,
        "billable_metric_name": counted.name,
        "aggregation_type": counted.aggregation_type,
        "field_name": counted.field_name or None,
        "recurring": counted.recurring,
        "range": _range(counted.interval, timezone),
        "counted_from_datetime": instant(counted.since.start),
        "filter_values": None if counted.filter_values is None else dict(counted.filter_values),
        "grouped_by": dict(counted.grouped_by),
        "events_count": counted.events_count,
        "late_events_count": counted.late_events_count,
    }


def _range(interval: Interval, timezone: str) -> RangeWire:
    end = wire_end(interval)
    return {
        "from_datetime": instant(interval.start),
        "to_datetime": instant(end),
        "local_from_datetime": _local(interval.start, timezone),
        "local_to_datetime": _local(end, timezone),
        "timezone": timezone,
    }


def _local(at: datetime, timezone: str) -> str:
    return local_instant(at, timezone).isoformat()


def _units(trail: UnitsTrail) -> UnitsTrailWire:
    return {
        "carried_units": decimal_string(trail.carried),
        "aggregated_units": decimal_string(trail.aggregated),
        "rounding_function": trail.rounding,
        "rounding_precision": trail.rounding_precision,
        "units": decimal_string(trail.rounded),
        "priced_units": decimal_string(trail.priced),
        "units_by_days": [{"units": decimal_string(each.units), "days": each.days} for each in trail.by_days],
        "period_days": trail.period_days,
    }


def _line(line: Line) -> LineWire:
    return {
        "kind": str(line.kind),
        "units": decimal_string(line.units),
        "price": decimal_string(line.price),
        "flat_amount": decimal_string(line.flat_amount),
        "amount": decimal_string(line.amount),
        "from_value": decimal_string(line.from_value),
        "to_value": decimal_string(line.to_value),
    }


def _tax(fee: Fee, applied: Any) -> TaxStepWire:
    return {
        "code": applied.tax_code,
        "name": applied.tax_name,
        "rate": rate(applied.tax_rate_percent),
        "base_amount_cents": decimal_string(fee.amount_cents - fee.precise_coupons_amount_cents),
        "precise_amount_cents": decimal_string(applied.precise_amount_cents),
        "amount_cents": applied.amount_cents,
    }
