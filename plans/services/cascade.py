"""What changes on a plan changes on its overrides too, where they still have the old value (P9).

The plan's own columns and taxes, its minimum commitment and its charges; fixed charges follow in
``fixed_charge_cascade``. A constant number of statements for each plan.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from customers.models import Tax
from plans.models import Charge, ChargeFilter, MinimumCommitment, Plan
from plans.queries import charges_of, live_charges
from plans.services.charge_set import discard_charges, set_charge_taxes
from plans.services.fields import FilterFields
from plans.services.filter_set import replace_filters
from plans.services.plan_copy import copy_charges

PLAN_COLUMNS = ("amount_cents", "name", "description", "invoice_display_name")
PRICE_COLUMNS = ("charge_model", "properties", "min_amount_cents")


class Price(NamedTuple):
    """What a charge costs, by value."""

    columns: Mapping[str, Any]
    filters: Sequence[FilterFields]

    @classmethod
    def of(cls, charge: Charge, filters: Iterable[ChargeFilter] | None = None) -> Self:
        """With the charge's own ``filters`` (``queries.live_charges``) unless others are given."""
        shown: list[FilterFields] = [
            {
                "values": each.values,
                "properties": each.properties,
                "invoice_display_name": each.invoice_display_name,
            }
            for each in (charge.filters.all() if filters is None else filters)
        ]
        return cls({name: getattr(charge, name) for name in PRICE_COLUMNS}, shown)


class ChargeTerms(NamedTuple):
    """Parts of a charge that follow one by one: an override may have its own price and the plan's name."""

    price: Price
    name: str
    taxes: frozenset[Tax]

    @classmethod
    def of(cls, charge: Charge) -> Self:
        return cls(Price.of(charge), charge.invoice_display_name, frozenset(charge.taxes.all()))


class CommitmentTerms(NamedTuple):
    """``amount_cents`` is 0 where there is no commitment."""

    amount_cents: int = 0
    name: str = ""
    taxes: frozenset[Tax] = frozenset()

    @classmethod
    def of(cls, commitment: MinimumCommitment) -> Self:
        taxes = frozenset(commitment.taxes.all())
        return cls(commitment.amount_cents, commitment.invoice_display_name, taxes)


NO_COMMITMENT = CommitmentTerms()


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """All of a plan that its overrides follow; charges by their ids."""

    columns: Mapping[str, Any]
    taxes: frozenset[Tax]
    commitment: CommitmentTerms
    charges: Mapping[UUID, ChargeTerms]

    @classmethod
    def of(cls, plan: Plan) -> Self:
        columns = {name: getattr(plan, name) for name in PLAN_COLUMNS}
        charges = {charge.pk: ChargeTerms.of(charge) for charge in charges_of(plan)}
        return cls(columns, frozenset(plan.taxes.all()), commitments_of([plan]).get(plan.pk, NO_COMMITMENT), charges)


def commitments_of(plans: Sequence[Plan]) -> dict[UUID, CommitmentTerms]:
    found = MinimumCommitment.objects.filter(plan__in=plans).prefetch_related("taxes")
    return {each.plan_id: CommitmentTerms.of(each) for each in found}


@contextmanager
def cascading(plan: Plan, at: datetime, *, enabled: bool) -> Iterator[None]:
    """Whatever the block changes of ``plan``, which is locked, its overrides follow."""
    overrides = list(plan.children.filter(deleted_at__isnull=True).prefetch_related("taxes")) if enabled else []
    before = PlanTerms.of(plan) if overrides else None
    yield
    if before is not None:
        now = PlanTerms.of(plan)
        _follow_columns(overrides, before, now, at)
        _follow_taxes(overrides, before, now)
        _follow_commitment(overrides, before, now, at)
        _follow_charges(overrides, before, plan, at)


def _follow_columns(overrides: Sequence[Plan], before: PlanTerms, now: PlanTerms, at: datetime) -> None:
    for override in overrides:
        for name, value in now.columns.items():
            if getattr(override, name) == before.columns[name] != value:
                setattr(override, name, value)
                override.updated_at = at
    if before.columns != now.columns:
        Plan.objects.bulk_update(overrides, [*PLAN_COLUMNS, "updated_at"])


def _follow_taxes(overrides: Sequence[Plan], before: PlanTerms, now: PlanTerms) -> None:
    if before.taxes != now.taxes:
        same = [each.pk for each in overrides if frozenset(each.taxes.all()) == before.taxes]
        through = Plan.taxes.through
        through.objects.filter(plan_id__in=same).delete()
        through.objects.bulk_create([through(plan_id=key, tax_id=tax.pk) for key in same for tax in now.taxes])


def _follow_commitment(overrides: Sequence[Plan], before: PlanTerms, now: PlanTerms, at: datetime) -> None:
    if before.commitment == now.commitment:
        return
    own = commitments_of(overrides)
    same = [each for each in overrides if own.get(each.pk, NO_COMMITMENT) == before.commitment]
    MinimumCommitment.objects.filter(plan__in=same).delete()
    if now.commitment.amount_cents:
        amount_cents, name, taxes = now.commitment
        copies = [
            MinimumCommitment(plan=each, amount_cents=amount_cents, invoice_display_name=name, created_at=at)
            for each in same
        ]
        MinimumCommitment.objects.bulk_create(copies)
        through = MinimumCommitment.taxes.through
        through.objects.bulk_create(
            [through(minimumcommitment_id=copy.pk, tax_id=tax.pk) for copy in copies for tax in taxes]
        )


def _follow_charges(overrides: Sequence[Plan], before: PlanTerms, plan: Plan, at: datetime) -> None:
    now = {charge.pk: charge for charge in charges_of(plan)}
    copies = list(live_charges().filter(parent__in=before.charges.keys()))
    discard_charges([copy for copy in copies if copy.parent_id not in now], at)
    kept = [_Copy.of(copy, before.charges, now) for copy in copies if copy.parent_id in now]
    _write([copy for copy in kept if copy.old != copy.new], at)
    copy_charges([charge for key, charge in now.items() if key not in before.charges], overrides, at)


class _Copy(NamedTuple):
    """A charge of an override, and what its original was and is."""

    charge: Charge
    own: ChargeTerms
    old: ChargeTerms
    new: ChargeTerms

    @classmethod
    def of(cls, charge: Charge, before: Mapping[UUID, ChargeTerms], now: Mapping[UUID, Charge]) -> Self:
        assert charge.parent_id is not None, "a copy has an original"
        return cls(charge, ChargeTerms.of(charge), before[charge.parent_id], ChargeTerms.of(now[charge.parent_id]))


def _write(copies: Sequence[_Copy], at: datetime) -> None:
    priced = [copy for copy in copies if copy.own.price == copy.old.price != copy.new.price]
    named = [copy for copy in copies if copy.own.name == copy.old.name != copy.new.name]
    taxed = [copy for copy in copies if copy.own.taxes == copy.old.taxes != copy.new.taxes]
    for copy in priced:
        for name, value in copy.new.price.columns.items():
            setattr(copy.charge, name, value)
    for copy in named:
        copy.charge.invoice_display_name = copy.new.name
    changed = list({copy.charge.pk: copy.charge for copy in (*priced, *named, *taxed)}.values())
    for charge in changed:
        charge.updated_at = at
    Charge.objects.bulk_update(changed, [*PRICE_COLUMNS, "invoice_display_name", "updated_at"])
    replace_filters([(copy.charge, copy.new.price.filters) for copy in priced], at)
    set_charge_taxes([(copy.charge, list(copy.new.taxes)) for copy in taxed])
