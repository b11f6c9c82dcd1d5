"""The steps of a fee's price, read from the details that rating stored with it (shapes: ``plans.rating``)."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

from billing_site.kernel.formatting import format_units
from billing_site.kernel.money import to_cents
from invoices.documents.content import DocumentTier
from invoices.documents.line_labels import LineLabels

Details = Mapping[str, Any]

ZERO = Decimal(0)


def is_tiered(details: Details) -> bool:
    """Whether several prices, not one price of a unit, make up the fee."""
    return "graduated_ranges" in details or "per_package_size" in details or bool(_flat_amount(details))


def tiers_of(details: Details, currency: str, locale: str, labels: LineLabels) -> tuple[DocumentTier, ...]:
    """The rows under a fee's line. Each is rounded for itself, so that they may miss the fee by a cent."""
    return tuple(_rows(details, currency, locale, labels)) if is_tiered(details) else ()


def _rows(details: Details, currency: str, locale: str, labels: LineLabels) -> Iterator[DocumentTier]:
    if "graduated_ranges" in details:
        for tier in details["graduated_ranges"]:
            yield from _tier_rows(tier, _range_label(tier, locale, labels), currency, labels)
    elif "per_package_size" in details:
        yield from _package_rows(details, currency, locale, labels)
    else:
        yield from _tier_rows(details, labels.all_units, currency, labels)


def _tier_rows(tier: Details, label: str, currency: str, labels: LineLabels) -> Iterator[DocumentTier]:
    units = Decimal(tier["units"]) if "units" in tier else None
    price, amount = Decimal(tier["per_unit_amount"]), Decimal(tier["per_unit_total_amount"])
    yield DocumentTier(label, units, price, to_cents(amount, currency))
    if flat_amount := _flat_amount(tier):
        yield DocumentTier(labels.flat_fee, None, flat_amount, to_cents(flat_amount, currency))


def _package_rows(details: Details, currency: str, locale: str, labels: LineLabels) -> Iterator[DocumentTier]:
    size, price = Decimal(details["per_package_size"]), Decimal(details["per_package_unit_amount"])
    if free_units := Decimal(details["free_units"]):
        yield DocumentTier(labels.free_units, free_units, ZERO, 0)
    packages = (Decimal(details["paid_units"]) / size).to_integral_value(ROUND_CEILING)
    label = labels.packages.format(size=format_units(size, locale))
    yield DocumentTier(label, packages, price, to_cents(packages * price, currency))


def _range_label(tier: Details, locale: str, labels: LineLabels) -> str:
    start, to = (None if tier[key] is None else _bound(tier[key], locale) for key in ("from_value", "to_value"))
    if to is None:
        return labels.units_above.format(start=start) if tier["from_value"] else labels.all_units
    return labels.units_between.format(start=start, to=to) if tier["from_value"] else labels.first_units.format(to=to)


def _bound(value: int | float, locale: str) -> str:
    return format_units(Decimal(str(value)), locale)


def _flat_amount(details: Details) -> Decimal:
    return Decimal(details.get("flat_unit_amount", 0))
