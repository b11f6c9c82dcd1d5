"""Usage on the wire: of the running period, as it will end, and of past periods."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol, TypedDict
from uuid import UUID

from billing_site.kernel.api.wire import civil_date, decimal_string, instant
from invoices.billing.usage import ChargeUsage, UsageStatement
from plans.models import Charge, ChargeFilter
from plans.periods import last_date, wire_end
from plans.rating import plain
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


class UsedFee(Protocol):
    """A fee, stored or not."""

    @property
    def id(self) -> UUID: ...
    @property
    def charge_filter_id(self) -> UUID | None: ...
    @property
    def grouped_by(self) -> Mapping[str, str | None]: ...
    @property
    def units(self) -> Decimal: ...
    @property
    def total_aggregated_units(self) -> Decimal: ...
    @property
    def events_count(self) -> int | None: ...
    @property
    def amount_cents(self) -> int: ...
    @property
    def presentation_breakdowns(self) -> Sequence[Mapping[str, Any]]: ...


Quantity = Callable[[Sequence[UsedFee]], QuantityWire]


@dataclass(frozen=True, slots=True)
class ShownCharge:
    """The fees of one charge; ``filters`` in their order, None for what no filter matched, empty without filters."""

    charge: Charge
    currency: str
    filters: Sequence[ChargeFilter | None]
    fees: Sequence[UsedFee]

    @classmethod
    def of(cls, usage: ChargeUsage, currency: str) -> "ShownCharge":
        prices = usage.listed.prices if usage.listed.filters else ()
        return cls(usage.charge, currency, [price.charge_filter for price in prices], usage.fees)


def customer_usage_wire(statement: UsageStatement) -> CustomerUsageWire:
    """``issuing_date`` is the local day on which the period ends (3-E2)."""
    timezone = statement.subscription.customer.applicable_timezone
    currency = statement.subscription.plan.amount_currency
    return {
        "from_datetime": instant(statement.period.start),
        "to_datetime": instant(wire_end(statement.period)),
        "issuing_date": civil_date(last_date(statement.period, timezone)),
        "lago_invoice_id": None,
        "currency": currency,
        "amount_cents": statement.settlement.fees_amount_cents,
        "taxes_amount_cents": statement.settlement.taxes.amount_cents,
        "total_amount_cents": statement.settlement.total_amount_cents,
        "charges_usage": [charge_usage_wire(ShownCharge.of(usage, currency)) for usage in statement.charges],
    }


def quantity_wire(fees: Sequence[UsedFee]) -> QuantityWire:
    return {
        "units": decimal_string(sum((fee.units for fee in fees), Decimal(0))),
        "total_aggregated_units": decimal_string(sum((fee.total_aggregated_units for fee in fees), Decimal(0))),
        "events_count": sum(fee.events_count or 0 for fee in fees),
        "amount_cents": sum(fee.amount_cents for fee in fees),
        "pricing_unit_details": None,
        "presentation_breakdowns": breakdowns_wire(fees),
    }


def breakdowns_wire(fees: Iterable[UsedFee]) -> list[dict[str, Any]]:
    """The units of each combination of presentation values (M13), added up over ``fees``."""
    units: dict[tuple[tuple[str, str], ...], Decimal] = {}
    for each in (breakdown for fee in fees for breakdown in fee.presentation_breakdowns):
        key = tuple(each["presentation_by"].items())
        units[key] = units.get(key, Decimal(0)) + Decimal(each["units"])
    return [{"presentation_by": dict(key), "units": plain(total)} for key, total in units.items()]


def charge_usage_wire(shown: ShownCharge, quantity: Quantity = quantity_wire) -> ChargeUsageWire:
    """``quantity`` tells how much a number of fees came to."""
    return {
        **quantity(shown.fees),
        "amount_currency": shown.currency,
        "charge": _charge(shown.charge),
        "billable_metric": _metric(shown.charge.billable_metric),
        "filters": _by_filter(shown, shown.fees, quantity),
        "grouped_usage": _by_group(shown, quantity),
    }


def _by_filter(shown: ShownCharge, fees: Sequence[UsedFee], quantity: Quantity) -> list[FilterUsageWire]:
    """One entry for each filter and one, without values, for what none matches; empty for a charge without filters."""
    entries: list[FilterUsageWire] = []
    for chosen in shown.filters:
        own = [fee for fee in fees if fee.charge_filter_id == (chosen.id if chosen else None)]
        if own:
            name = chosen.invoice_display_name or None if chosen else None
            entries.append({**quantity(own), "values": chosen.values if chosen else None, "invoice_display_name": name})
    return entries


def _by_group(shown: ShownCharge, quantity: Quantity) -> list[GroupedUsageWire]:
    groups: dict[tuple[tuple[str, str | None], ...], list[UsedFee]] = {}
    for fee in shown.fees:
        if fee.grouped_by:
            groups.setdefault(tuple(fee.grouped_by.items()), []).append(fee)
    return [
        {**quantity(fees), "grouped_by": dict(group), "filters": _by_filter(shown, fees, quantity)}
        for group, fees in groups.items()
    ]


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
