"""Commands on the fixed charges of a plan."""

from datetime import datetime
from typing import Unpack

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotFound
from billing_site.kernel.locks import locked
from plans import signals
from plans.models import FixedCharge, Plan
from plans.queries import fixed_charges_of, is_attached_to_subscriptions
from plans.services.fields import FixedChargeFields
from plans.services.fixed_charge_set import (
    AddOns,
    Writing,
    add_fixed_charges,
    change_fixed_charges,
    discard_fixed_charges,
)
from plans.services.fixed_charge_units import spread_units
from plans.services.references import References


@command
def create_fixed_charge(
    *, plan: Plan, at: datetime, cascade_updates: bool = False, **fields: Unpack[FixedChargeFields]
) -> FixedCharge:
    """Add a fixed charge; the plan's subscriptions have its units from their next period on, or at once (F4).

    Without ``properties`` it costs nothing, without ``code`` it gets the add-on's. ``cascade_updates``: the plan's
    overrides get it too. Raises ``NotFound`` for an unknown add-on or tax and ``ValidationFailed``.
    """
    writing = _writing(plan, fields, at, cascade_updates)
    wanted = add_fixed_charges(writing, [fields])
    spread_units(wanted, at)
    _announce(writing)
    return wanted[0].fixed_charge


@command
def update_fixed_charge(
    *, fixed_charge: FixedCharge, at: datetime, cascade_updates: bool = False, **fields: Unpack[FixedChargeFields]
) -> FixedCharge:
    """Change a fixed charge; once its plan has subscriptions only units, price, display name and taxes change (P10).

    New units hold for the subscriptions without units of their own from their next period on, or at once (F4).
    """
    writing = _writing(fixed_charge.plan, fields, at, cascade_updates)
    current = _current(writing.plan, fixed_charge)
    spread_units(change_fixed_charges(writing, [(current, fields)]), at)
    _announce(writing)
    return current


@command
def delete_fixed_charge(*, fixed_charge: FixedCharge, at: datetime, cascade_updates: bool = False) -> FixedCharge:
    """Take a fixed charge off its plan; what is not yet billed is not billed by it any more."""
    writing = _writing(fixed_charge.plan, {}, at, cascade_updates)
    discard_fixed_charges(writing, [_current(writing.plan, fixed_charge)])
    _announce(writing)
    return fixed_charge


def _writing(plan: Plan, fields: FixedChargeFields, at: datetime, cascade: bool) -> Writing:
    (current,) = locked(Plan.objects.filter(pk=plan.pk).select_related("organization"))
    return Writing(
        plan=current,
        references=References.load(current.organization, (), fields.get("tax_codes") or ()),
        add_ons=AddOns.load(current.organization, [fields]),
        at=at,
        is_attached=is_attached_to_subscriptions(current),
        cascade=cascade,
    )


def _current(plan: Plan, fixed_charge: FixedCharge) -> FixedCharge:
    for current in fixed_charges_of(plan).filter(pk=fixed_charge.pk):
        return current
    raise NotFound("fixed_charge")


def _announce(writing: Writing) -> None:
    signals.plan_updated.send(Plan, organization=writing.plan.organization, plan=writing.plan, at=writing.at)
