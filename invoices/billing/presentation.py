"""Units broken down by the values of ``presentation_group_keys``, next to fees whose price they do not change (M13)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from invoices.billing.drafts import BillingJob
from invoices.billing.metering import Measurements, Reading, meter
from invoices.billing.prices import GroupValues, Price, PriceList
from plans.rating import Grouping, plain

ZERO = Decimal(0)
# As stored and shown: ``[{"presentation_by": {"region": "eu"}, "units": "3"}]``.
Breakdowns = list[dict[str, Any]]
BreakdownsByGroup = Mapping[tuple[UUID | None, GroupValues], Breakdowns]


def breakdowns_of(job: BillingJob, listed: PriceList, reading: Reading, measured: Measurements) -> BreakdownsByGroup:
    """By filter and pricing group, the units of each combination of presentation values: metered like the fee's own."""
    if not any(price.model.grouping.presentation_group_keys for price in listed.prices):
        return {}
    found: dict[tuple[UUID | None, GroupValues], Breakdowns] = defaultdict(list)
    finer = replace(listed, prices=tuple(map(_finer, listed.prices)))
    pricing = {_filter_id(price): len(price.model.grouping.pricing_group_keys) for price in listed.prices}
    for metered in meter(job, finer, reading, measured):
        size = pricing[_filter_id(metered.price)]
        group, shown = metered.group[:size], metered.group[size:]
        if shown and metered.units.events_count:
            key = (_filter_id(metered.price), group)
            found[key].append(_breakdown(shown, plain(max(metered.units.full_units, ZERO))))
    return found


def breakdown_of_event(price: Price, dimension: Mapping[str, str | None], units: Decimal) -> Breakdowns:
    """One event's units belong to one combination."""
    keys = _keys(price)
    return [_breakdown([(key, dimension.get(key)) for key in keys], plain(units))] if keys else []


def filter_and_group(price: Price, group: GroupValues) -> tuple[UUID | None, GroupValues]:
    return _filter_id(price), group


def _breakdown(values: Iterable[tuple[str, str | None]], units: str) -> dict[str, Any]:
    return {"presentation_by": {key: value for key, value in values if value is not None}, "units": units}


def _finer(price: Price) -> Price:
    keys = (*price.model.grouping.pricing_group_keys, *_keys(price))
    return replace(price, model=replace(price.model, grouping=Grouping(pricing_group_keys=keys)))


def _keys(price: Price) -> list[str]:
    return [key.value for key in price.model.grouping.presentation_group_keys]


def _filter_id(price: Price) -> UUID | None:
    return price.charge_filter.id if price.charge_filter else None
