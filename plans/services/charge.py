"""Commands on the charges of a plan."""

from datetime import datetime
from typing import Unpack

from billing_site.kernel.commands import command
from billing_site.kernel.locks import locked
from plans import signals
from plans.models import Charge, Plan
from plans.queries import is_attached_to_subscriptions, live_charges
from plans.services.charge_set import add_charges, change_charges, discard_charges
from plans.services.dimensions import keep_dimensions_apart
from plans.services.fields import ChargeFields
from plans.services.references import References
from usage.models import BillableMetric


@command
def create_charge(*, plan: Plan, at: datetime, **fields: Unpack[ChargeFields]) -> Charge:
    """Add a charge; without ``properties`` it costs nothing, without ``code`` it gets the metric's (M19, M22)."""
    plan = _locked_plan(plan)
    references = References.load(plan.organization, [fields], ())
    (charge,) = add_charges(plan, [fields], references, at)
    keep_dimensions_apart(plan.organization, [charge])
    _announce(plan, at)
    return charge


@command
def update_charge(*, charge: Charge, at: datetime, **fields: Unpack[ChargeFields]) -> Charge:
    """Change a charge; once its plan has subscriptions only price, display name and taxes change (P10)."""
    plan = _locked_plan(charge.plan)
    references = References.load(plan.organization, [fields], ())
    is_attached = is_attached_to_subscriptions(plan)
    change_charges([(charge, fields)], references, at, is_attached=is_attached)
    keep_dimensions_apart(plan.organization, [charge])
    _announce(plan, at)
    return charge


@command
def delete_charge(*, charge: Charge, at: datetime) -> Charge:
    """Take a charge off its plan; usage not yet billed is not billed by it any more."""
    plan = _locked_plan(charge.plan)
    discard_charges([charge], at)
    _announce(plan, at)
    return charge


@command
def delete_charges_of_metric(*, metric: BillableMetric, at: datetime) -> None:
    """A deleted metric takes its charges with it (C14)."""
    charges = list(live_charges().filter(billable_metric=metric).select_related("plan__organization"))
    discard_charges(charges, at)
    for plan in {charge.plan for charge in charges}:
        _announce(plan, at)


def _locked_plan(plan: Plan) -> Plan:
    (current,) = locked(Plan.objects.filter(pk=plan.pk).select_related("organization"))
    return current


def _announce(plan: Plan, at: datetime) -> None:
    signals.plan_updated.send(Plan, organization=plan.organization, plan=plan, at=at)
