"""What changes on a plan changes on its overrides too, where they still have the old value (P9).

Amount and charges; fixed charges follow in ``fixed_charge_set``. A constant number of statements for each plan.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from plans.models import Charge, Plan
from plans.queries import charges_of, live_charges
from plans.services.charge_set import discard_charges
from plans.services.fields import FilterFields
from plans.services.filter_set import replace_filters
from plans.services.plan_copy import copy_charges

PRICE_COLUMNS = ("charge_model", "properties", "min_amount_cents")


class Price(NamedTuple):
    """What a charge costs, by value."""

    columns: Mapping[str, Any]
    filters: Sequence[FilterFields]

    @classmethod
    def of(cls, charge: Charge) -> Self:
        """``charge`` comes with its filters (``queries.live_charges``)."""
        filters: list[FilterFields] = [
            {
                "values": each.values,
                "properties": each.properties,
                "invoice_display_name": each.invoice_display_name,
            }
            for each in charge.filters.all()
        ]
        return cls({name: getattr(charge, name) for name in PRICE_COLUMNS}, filters)


@contextmanager
def cascading(plan: Plan, at: datetime, *, enabled: bool) -> Iterator[None]:
    """Whatever the block changes of ``plan``, which is locked, its overrides follow."""
    before = _Before.of(plan) if enabled else None
    yield
    if before is not None and before.overrides:
        _follow_amount(before, plan, at)
        _follow_charges(before, plan, at)


@dataclass(frozen=True, slots=True)
class _Before:
    amount_cents: int
    overrides: Sequence[Plan]
    prices: Mapping[UUID, Price]

    @classmethod
    def of(cls, plan: Plan) -> Self:
        overrides = list(plan.children.filter(deleted_at__isnull=True))
        prices = {charge.pk: Price.of(charge) for charge in charges_of(plan)} if overrides else {}
        return cls(plan.amount_cents, overrides, prices)


def _follow_amount(before: _Before, plan: Plan, at: datetime) -> None:
    if plan.amount_cents != before.amount_cents:
        same = Plan.objects.filter(pk__in=[each.pk for each in before.overrides], amount_cents=before.amount_cents)
        same.update(amount_cents=plan.amount_cents, updated_at=at)


def _follow_charges(before: _Before, plan: Plan, at: datetime) -> None:
    now = {charge.pk: charge for charge in charges_of(plan)}
    copies = list(live_charges().filter(parent__in=before.prices.keys()))
    discard_charges([copy for copy in copies if copy.parent_id not in now], at)
    changed = {key: Price.of(charge) for key, charge in now.items() if before.prices.get(key) != Price.of(charge)}
    _write_prices(
        [
            (copy, changed[copy.parent_id])
            for copy in copies
            if copy.parent_id in changed and Price.of(copy) == before.prices[copy.parent_id]
        ],
        at,
    )
    copy_charges([charge for key, charge in now.items() if key not in before.prices], before.overrides, at)


def _write_prices(wanted: Sequence[tuple[Charge, Price]], at: datetime) -> None:
    for copy, price in wanted:
        copy.updated_at = at
        for name, value in price.columns.items():
            setattr(copy, name, value)
    Charge.objects.bulk_update([copy for copy, _ in wanted], [*PRICE_COLUMNS, "updated_at"])
    replace_filters([(copy, price.filters) for copy, price in wanted], at)
