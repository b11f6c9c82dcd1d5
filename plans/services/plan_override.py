"""A plan of its own for one subscription: a copy of the plan, with some of it changed (P8, S13).

Runs inside a command's transaction.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, Protocol, TypedDict, TypeVar
from uuid import UUID

from django.db import connection

from billing_site.kernel.errors import NotFound
from billing_site.kernel.locks import locked
from plans.models import Plan
from plans.queries import charges_of, fixed_charges_of
from plans.services.charge_set import change_charges
from plans.services.dimensions import keep_dimensions_apart
from plans.services.fields import ChargeFields, CommitmentFields, FixedChargeFields, ThresholdFields
from plans.services.fixed_charge_set import AddOns, Writing, change_fixed_charges
from plans.services.fixed_charge_units import WantedUnits
from plans.services.minimum_commitment import set_minimum_commitment
from plans.services.plan_columns import set_plan_columns
from plans.services.plan_copy import copy_plan
from plans.services.references import References
from plans.services.usage_thresholds import set_usage_thresholds

OVERRIDABLE = frozenset(
    {"name", "description", "invoice_display_name", "amount_cents", "amount_currency", "trial_period"}
)


class PlanOverrides(TypedDict, total=False):
    """What an absent key leaves as the plan has it; charges are named by the ``id`` of the plan's or of the own one.

    ``minimum_commitment``: None takes it away.
    """

    name: str
    description: str
    invoice_display_name: str
    amount_cents: int
    amount_currency: str
    trial_period: Decimal
    tax_codes: Sequence[str]
    charges: Sequence[ChargeFields]
    fixed_charges: Sequence[FixedChargeFields]
    minimum_commitment: CommitmentFields | None
    usage_thresholds: Sequence[ThresholdFields]


class Overridden(NamedTuple):
    """The subscription's own plan, and the units that it shall have of the fixed charges that were changed."""

    plan: Plan
    units: list[WantedUnits]


def override_plan(plan: Plan, overrides: PlanOverrides, at: datetime) -> Overridden:
    """Change ``plan`` if it is an override already, else a new copy of it.

    Raises ``NotFound`` for a charge that the plan does not have and for an unknown tax, and refuses prices as the
    commands on charges do.
    """
    own = _own(plan, at)
    references = References.load(own.organization, overrides.get("charges", ()), _tax_codes(overrides))
    set_plan_columns(own, {name: value for name, value in overrides.items() if name in OVERRIDABLE})
    own.updated_at = at
    own.save()
    if "tax_codes" in overrides:
        own.taxes.set(references.taxes_named(overrides["tax_codes"]))
    unchanged: CommitmentFields = {}
    commitment = overrides.get("minimum_commitment", unchanged)
    if commitment != unchanged:
        set_minimum_commitment(own, commitment, references, at)
    if "usage_thresholds" in overrides:
        set_usage_thresholds(own, overrides["usage_thresholds"], at)
    _change_charges(own, overrides.get("charges", ()), references, at)
    return Overridden(own, _change_fixed_charges(own, overrides.get("fixed_charges", ()), references, at))


def _own(plan: Plan, at: datetime) -> Plan:
    named = Plan.objects.filter(pk=plan.pk).select_related("organization")
    if plan.parent_id is None:
        # Shared, so that subscribers of one plan do not wait for each other.
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM plans_plan WHERE id = %s FOR SHARE", [plan.pk])
        return copy_plan(named.get(), at)
    (own,) = locked(named)
    return own


def _change_charges(own: Plan, wanted: Sequence[ChargeFields], references: References, at: datetime) -> None:
    if wanted:
        changes = _named(charges_of(own), wanted, "charge")
        change_charges(changes, references, at, is_attached=True)
        keep_dimensions_apart(own.organization, [charge for charge, _ in changes])


def _change_fixed_charges(
    own: Plan, wanted: Sequence[FixedChargeFields], references: References, at: datetime
) -> list[WantedUnits]:
    if not wanted:
        return []
    writing = Writing(own, references, AddOns({}, {}), at, is_attached=True, cascade=False)
    return change_fixed_charges(writing, _named(fixed_charges_of(own), wanted, "fixed_charge"))


class Copied(Protocol):
    """A part of a plan that remembers of which one it is a copy."""

    pk: UUID
    parent_id: UUID | None


Part = TypeVar("Part", bound=Copied)
Fields = TypeVar("Fields", ChargeFields, FixedChargeFields)


def _named(parts: Iterable[Part], wanted: Sequence[Fields], resource: str) -> list[tuple[Part, Fields]]:
    by_id = {str(key): part for part in parts for key in (part.pk, part.parent_id)}
    if any(fields.get("id") not in by_id for fields in wanted):
        raise NotFound(resource)
    return [(by_id[str(fields["id"])], fields) for fields in wanted]


def _tax_codes(overrides: PlanOverrides) -> Iterable[str]:
    yield from overrides.get("tax_codes", ())
    yield from (overrides.get("minimum_commitment") or {}).get("tax_codes", ())
    for fixed_charge in overrides.get("fixed_charges", ()):
        yield from fixed_charge.get("tax_codes", ())
