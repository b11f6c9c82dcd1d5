"""Commands on the charges of a plan and their filters."""

from datetime import datetime
from typing import Unpack

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotFound
from billing_site.kernel.locks import locked
from plans import signals
from plans.models import Charge, ChargeFilter, Plan
from plans.queries import charges_of, filters_of, is_attached_to_subscriptions, live_charges
from plans.services.cascade import cascading
from plans.services.charge_set import add_charges, change_charges, discard_charges
from plans.services.dimensions import keep_dimensions_apart
from plans.services.fields import ChargeFields, FilterFields
from plans.services.filter_rules import settle_filter
from plans.services.filter_set import discard_filters, save_filters, set_filter, trim_filters
from plans.services.references import References
from usage.models import BillableMetric


@command
def create_charge(*, plan: Plan, at: datetime, cascade_updates: bool = False, **fields: Unpack[ChargeFields]) -> Charge:
    """Add a charge; without ``properties`` it costs nothing, without ``code`` it gets the metric's (M19, M22).

    Here as in the other commands, ``cascade_updates``: the plan's overrides follow (P9).
    """
    plan = _locked_plan(plan)
    references = References.load(plan.organization, [fields], ())
    with cascading(plan, at, enabled=cascade_updates):
        (charge,) = add_charges(plan, [fields], references, at)
    keep_dimensions_apart(plan.organization, [charge])
    _announce(plan, at)
    return charge


@command
def update_charge(
    *, charge: Charge, at: datetime, cascade_updates: bool = False, **fields: Unpack[ChargeFields]
) -> Charge:
    """Change a charge; once its plan has subscriptions only prices, display name and taxes change (P10)."""
    charge = _held(charge)
    plan = charge.plan
    references = References.load(plan.organization, [fields], ())
    is_attached = is_attached_to_subscriptions(plan)
    with cascading(plan, at, enabled=cascade_updates):
        change_charges([(charge, fields)], references, at, is_attached=is_attached)
    keep_dimensions_apart(plan.organization, [charge])
    _announce(plan, at)
    return charge


@command
def delete_charge(*, charge: Charge, at: datetime, cascade_updates: bool = False) -> Charge:
    """Take a charge off its plan; usage not yet billed is not billed by it any more."""
    plan = _locked_plan(charge.plan)
    with cascading(plan, at, enabled=cascade_updates):
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


@command
def create_charge_filter(
    *, charge: Charge, at: datetime, cascade_updates: bool = False, **fields: Unpack[FilterFields]
) -> ChargeFilter:
    """A price of its own for some of the charge's events (M11); without ``properties`` they cost nothing.

    Raises ``ValidationFailed`` for values that the metric does not list, or that overlap another filter partly (3-G17).
    """
    held = _held(charge)
    with cascading(held.plan, at, enabled=cascade_updates):
        return _priced(held, ChargeFilter(charge=held, values={}, created_at=at), fields, at)


@command
def update_charge_filter(
    *, charge_filter: ChargeFilter, at: datetime, cascade_updates: bool = False, **fields: Unpack[FilterFields]
) -> ChargeFilter:
    """Change a filter; refused as ``create_charge_filter`` refuses."""
    charge = _held(charge_filter.charge)
    with cascading(charge.plan, at, enabled=cascade_updates):
        return _priced(charge, _current(charge, charge_filter), fields, at)


@command
def delete_charge_filter(*, charge_filter: ChargeFilter, at: datetime, cascade_updates: bool = False) -> ChargeFilter:
    """What it priced, another filter or the charge itself prices from now on."""
    charge = _held(charge_filter.charge)
    with cascading(charge.plan, at, enabled=cascade_updates):
        discard_filters([_current(charge, charge_filter)], at)
    _announce(charge.plan, at)
    return charge_filter


@command
def trim_filters_of_metric(*, metric: BillableMetric, at: datetime) -> None:
    """Values that the metric does not list any more go out of the filters of its charges (C11)."""
    charges = list(live_charges().filter(billable_metric=metric).select_related("plan__organization"))
    touched = {each.charge_id for each in trim_filters(charges, at)}
    for plan in {charge.plan for charge in charges if charge.pk in touched}:
        _announce(plan, at)


def _priced(charge: Charge, charge_filter: ChargeFilter, fields: FilterFields, at: datetime) -> ChargeFilter:
    set_filter(charge_filter, fields)
    settle_filter(charge, charge_filter, list(filters_of(charge).exclude(pk=charge_filter.pk)))
    save_filters([charge_filter], at)
    keep_dimensions_apart(charge.plan.organization, [charge])
    _announce(charge.plan, at)
    return charge_filter


def _held(charge: Charge) -> Charge:
    """The charge as it is now that its plan is locked. Raises ``NotFound``."""
    plan = _locked_plan(charge.plan)
    for current in charges_of(plan).filter(pk=charge.pk):
        current.plan = plan
        return current
    raise NotFound("charge")


def _current(charge: Charge, charge_filter: ChargeFilter) -> ChargeFilter:
    for current in filters_of(charge).filter(pk=charge_filter.pk):
        return current
    raise NotFound("charge_filter")


def _locked_plan(plan: Plan) -> Plan:
    (current,) = locked(Plan.objects.filter(pk=plan.pk).select_related("organization"))
    return current


def _announce(plan: Plan, at: datetime) -> None:
    signals.plan_updated.send(Plan, organization=plan.organization, plan=plan, at=at)
