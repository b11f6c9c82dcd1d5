"""Copies of plans for single subscriptions; every part remembers its original (P8).

A constant number of statements, inside a command's transaction.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from plans.models import Charge, ChargeFilter, FixedCharge, MinimumCommitment, Plan
from plans.queries import charges_of, fixed_charges_of
from plans.services import charge_set, plan_columns
from plans.services.fixed_charge_set import copied_fixed_charges, set_fixed_charge_taxes


def copy_plan(plan: Plan, at: datetime) -> Plan:
    """A plan that is the same in all, with ``plan`` as its parent."""
    values = {name: getattr(plan, name) for name in plan_columns.COLUMNS}
    override = Plan(organization_id=plan.organization_id, parent=plan, created_at=at, **values)
    override.save(force_insert=True)
    override.taxes.set(plan.taxes.all())
    copy_charges(list(charges_of(plan)), [override], at)
    copy_fixed_charges(list(fixed_charges_of(plan)), override, at)
    _copy_commitment(plan, override, at)
    return override


def copy_charges(charges: Sequence[Charge], overrides: Iterable[Plan], at: datetime) -> list[Charge]:
    """``charges`` come with their filters and taxes (``queries.live_charges``)."""
    pairs = [(charge, _charge(charge, override, at)) for override in overrides for charge in charges]
    Charge.objects.bulk_create([copy for _, copy in pairs])
    ChargeFilter.objects.bulk_create(
        [_filter(each, copy, at) for charge, copy in pairs for each in charge.filters.all()]
    )
    charge_set.set_charge_taxes([(copy, list(charge.taxes.all())) for charge, copy in pairs])
    return [copy for _, copy in pairs]


def copy_fixed_charges(fixed_charges: Sequence[FixedCharge], override: Plan, at: datetime) -> None:
    """``fixed_charges`` come with their taxes (``queries.live_fixed_charges``)."""
    copies = copied_fixed_charges(fixed_charges, [override], at)
    FixedCharge.objects.bulk_create(copies)
    taxes = {each.pk: list(each.taxes.all()) for each in fixed_charges}
    set_fixed_charge_taxes([(copy, taxes[copy.original_id]) for copy in copies])


def _charge(charge: Charge, override: Plan, at: datetime) -> Charge:
    return Charge(
        plan=override,
        parent=charge,
        billable_metric=charge.billable_metric,
        properties=charge.properties,
        created_at=at,
        **{name: getattr(charge, name) for name in charge_set.COLUMNS},
    )


def _filter(original: ChargeFilter, charge: Charge, at: datetime) -> ChargeFilter:
    return ChargeFilter(
        charge=charge,
        values=original.values,
        properties=original.properties,
        invoice_display_name=original.invoice_display_name,
        created_at=at,
    )


def _copy_commitment(plan: Plan, override: Plan, at: datetime) -> None:
    original = MinimumCommitment.objects.filter(plan=plan).first()
    if original is None:
        return
    copy = MinimumCommitment.objects.create(
        plan=override,
        amount_cents=original.amount_cents,
        invoice_display_name=original.invoice_display_name,
        created_at=at,
    )
    copy.taxes.set(original.taxes.all())
