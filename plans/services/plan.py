"""Commands on plans."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Unpack

from billing_site.kernel.commands import command
from billing_site.kernel.key_values import KeyValues, checked_key_values
from billing_site.kernel.locks import locked
from customers.models import Organization
from plans import signals
from plans.models import Plan
from plans.queries import is_attached_to_subscriptions
from plans.services.cascade import cascading
from plans.services.charge_set import add_charges, replace_charges
from plans.services.dimensions import keep_dimensions_apart
from plans.services.fields import ChargeFields, PlanFields
from plans.services.fixed_charge_set import AddOns, Writing, replace_fixed_charges
from plans.services.fixed_charge_units import spread_units
from plans.services.minimum_commitment import set_minimum_commitment
from plans.services.plan_columns import set_plan_columns
from plans.services.references import References
from plans.services.subscription import end_subscriptions_of_plan
from plans.services.usage_thresholds import set_usage_thresholds

# What may change once there are subscriptions; the rest is ignored then (P10).
EDITABLE_WITH_SUBSCRIPTIONS = frozenset({"name", "description", "invoice_display_name", "amount_cents", "metadata"})


@command
def create_plan(
    *,
    organization: Organization,
    at: datetime,
    charges: Sequence[ChargeFields] = (),
    tax_codes: Sequence[str] = (),
    **fields: Unpack[PlanFields],
) -> Plan:
    """A new plan with its charges.

    Raises ``NotFound`` for an unknown metric or tax and ``ValidationFailed`` for a price that cannot be billed; a code
    already in use breaks ``plan_code_unique``.
    """
    references = References.load(organization, charges, [*tax_codes, *_tax_codes_of_parts(fields)])
    plan = Plan(organization=organization, created_at=at)
    set_plan_columns(plan, fields)
    plan.save(force_insert=True)
    plan.taxes.set(references.taxes_named(tax_codes))
    added = add_charges(plan, charges, references, at)
    keep_dimensions_apart(organization, added)
    _write_parts(plan, fields, references, at, is_attached=False)
    signals.plan_created.send(Plan, organization=organization, plan=plan, at=at)
    return plan


@command
def update_plan(
    *,
    plan: Plan,
    at: datetime,
    charges: Sequence[ChargeFields] | None = None,
    tax_codes: Sequence[str] | None = None,
    **fields: Unpack[PlanFields],
) -> Plan:
    """Change a plan; ``charges`` and ``tax_codes``, when given, replace all there are.

    With subscriptions on it code, interval, currency, trial and payment in advance stay as they are (P10).
    """
    (plan,) = locked(Plan.objects.filter(pk=plan.pk).select_related("organization"))
    references = References.load(plan.organization, charges or (), [*(tax_codes or ()), *_tax_codes_of_parts(fields)])
    is_attached = is_attached_to_subscriptions(plan)
    with cascading(plan, at, enabled=fields.get("cascade_updates", False)):
        set_plan_columns(plan, _allowed(fields, is_attached))
        plan.updated_at = at
        plan.save()
        if charges is not None:
            written = replace_charges(plan, charges, references, at, is_attached=is_attached)
            keep_dimensions_apart(plan.organization, written)
        if tax_codes is not None:
            plan.taxes.set(references.taxes_named(tax_codes))
        _write_parts(plan, fields, references, at, is_attached=is_attached)
    signals.plan_updated.send(Plan, organization=plan.organization, plan=plan, at=at)
    return plan


@command
def change_plan_metadata(*, plan: Plan, at: datetime, change: Callable[[KeyValues], KeyValues]) -> Plan:
    """``change`` gets the metadata that there is and gives what is to be (P12)."""
    (plan,) = locked(Plan.objects.filter(pk=plan.pk).select_related("organization"))
    plan.change(at=at, metadata=checked_key_values(change(plan.metadata)))
    signals.plan_updated.send(Plan, organization=plan.organization, plan=plan, at=at)
    return plan


@command
def delete_plan(*, plan: Plan, at: datetime) -> Plan:
    """End the plan: its active subscriptions are terminated, pending ones canceled, then it is soft-deleted (P11).

    Its charges stay, for the drafts that still name them.
    """
    (plan,) = locked(Plan.objects.filter(pk=plan.pk).select_related("organization"))
    end_subscriptions_of_plan(plan=plan, at=at)
    plan.mark_deleted(at)
    plan.updated_at = at
    plan.save(update_fields=["deleted_at", "updated_at"])
    signals.plan_deleted.send(Plan, organization=plan.organization, plan=plan, at=at)
    return plan


def _write_parts(plan: Plan, fields: PlanFields, references: References, at: datetime, *, is_attached: bool) -> None:
    """Fixed charges, minimum commitment and usage thresholds, where they are given."""
    fixed_charges = fields.get("fixed_charges")
    if fixed_charges is not None:
        add_ons = AddOns.load(plan.organization, fixed_charges)
        cascade = fields.get("cascade_updates", False)
        writing = Writing(plan, references, add_ons, at, is_attached, cascade)
        spread_units(replace_fixed_charges(writing, fixed_charges), at)
    if "minimum_commitment" in fields:
        set_minimum_commitment(plan, fields["minimum_commitment"], references, at)
    if "usage_thresholds" in fields:
        set_usage_thresholds(plan, fields["usage_thresholds"], at)


def _tax_codes_of_parts(fields: PlanFields) -> Iterable[str]:
    for fixed_charge in fields.get("fixed_charges") or ():
        yield from fixed_charge.get("tax_codes") or ()
    yield from (fields.get("minimum_commitment") or {}).get("tax_codes") or ()


def _allowed(fields: PlanFields, is_attached: bool) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if not is_attached or name in EDITABLE_WITH_SUBSCRIPTIONS}
