"""The charges of one plan, written together: a constant number of statements, however many they are.

These run inside a command's transaction, with the plan locked.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from customers.models import Tax
from plans.models import Charge, Plan
from plans.queries import charges_of
from plans.services.charge_rules import settle_price
from plans.services.codes import free_code
from plans.services.fields import ChargeFields, FilterFields
from plans.services.filter_set import replace_filters
from plans.services.references import References
from plans.supported import refuse_unbilled_charge

# Columns that take a field's value as it is.
COLUMNS = (
    "code",
    "charge_model",
    "invoice_display_name",
    "pay_in_advance",
    "invoiceable",
    "regroup_paid_fees",
    "prorated",
    "accepts_target_wallet",
    "min_amount_cents",
)
# What may change once the plan has subscriptions; the rest is ignored then (P10).
EDITABLE_WITH_SUBSCRIPTIONS = frozenset(
    {"invoice_display_name", "properties", "filters", "min_amount_cents", "tax_codes"}
)


def replace_charges(
    plan: Plan, wanted: Sequence[ChargeFields], references: References, at: datetime, *, is_attached: bool
) -> list[Charge]:
    """Charges with a known ``id`` are changed, others created, those not wanted any more discarded.

    Returns those that there are then.
    """
    existing = {str(charge.id): charge for charge in charges_of(plan)}
    kept = {fields["id"]: fields for fields in wanted if fields.get("id") in existing}
    discard_charges([charge for key, charge in existing.items() if key not in kept], at)
    changes = [(existing[key], fields) for key, fields in kept.items() if key is not None]
    change_charges(changes, references, at, is_attached=is_attached)
    added = add_charges(plan, [fields for fields in wanted if fields.get("id") not in existing], references, at)
    return [charge for charge, _ in changes] + added


def add_charges(plan: Plan, wanted: Sequence[ChargeFields], references: References, at: datetime) -> list[Charge]:
    taken = set(plan.charges.filter(deleted_at__isnull=True).values_list("code", flat=True)) if wanted else set()
    charges = [_new_charge(plan, fields, references, taken, at) for fields in wanted]
    Charge.objects.bulk_create(charges)
    replace_filters(
        [(charge, fields["filters"]) for charge, fields in zip(charges, wanted, strict=True) if fields.get("filters")],
        at,
    )
    set_charge_taxes(
        [
            (charge, references.taxes_named(fields.get("tax_codes") or ()))
            for charge, fields in zip(charges, wanted, strict=True)
        ]
    )
    return charges


def change_charges(
    changes: Sequence[tuple[Charge, ChargeFields]], references: References, at: datetime, *, is_attached: bool
) -> None:
    filters: list[tuple[Charge, Sequence[FilterFields]]] = []
    for charge, fields in changes:
        refuse_unbilled_charge(fields)
        before = (charge.charge_model, charge.billable_metric_id)
        _apply(charge, _allowed(fields, is_attached), references)
        charge.updated_at = at
        if "filters" in fields:
            filters.append((charge, fields["filters"]))
        elif before != (charge.charge_model, charge.billable_metric_id):
            # Their prices mean nothing to the new model, their values nothing to the new metric.
            filters.append((charge, ()))
    changed = [charge for charge, _ in changes]
    Charge.objects.bulk_update(changed, [*COLUMNS, "properties", "billable_metric", "updated_at"])
    replace_filters(filters, at)
    set_charge_taxes(
        [
            (charge, references.taxes_named(fields["tax_codes"] or ()))
            for charge, fields in changes
            if "tax_codes" in fields
        ]
    )


def discard_charges(charges: Iterable[Charge], at: datetime) -> None:
    """Soft-delete: fees go on naming them."""
    ids = [charge.pk for charge in charges]
    if ids:
        Charge.objects.filter(pk__in=ids).update(deleted_at=at, updated_at=at)


def asked_charge(fields: ChargeFields, references: References, **columns: Any) -> Charge:
    """The charge that ``fields`` describe, with these ``columns`` besides, not saved.

    Raises ``NotFound`` for an unknown metric and ``ValidationFailed`` for a price that cannot be billed.
    """
    refuse_unbilled_charge(fields)
    charge = Charge(billable_metric=references.metric(fields.get("billable_metric_id")), **columns)
    _apply(charge, fields, references)
    return charge


def _new_charge(plan: Plan, fields: ChargeFields, references: References, taken: set[str], at: datetime) -> Charge:
    charge = asked_charge(fields, references, plan=plan, created_at=at)
    charge.code = free_code(charge.code, charge.billable_metric.code, taken)
    taken.add(charge.code)
    return charge


def _allowed(fields: ChargeFields, is_attached: bool) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if not is_attached or name in EDITABLE_WITH_SUBSCRIPTIONS}


def _apply(charge: Charge, fields: Any, references: References) -> None:
    if fields.get("charge_model", charge.charge_model) != charge.charge_model:
        # The old model's price means nothing to the new one.
        charge.properties = {}
    for name in COLUMNS:
        if name in fields:
            setattr(charge, name, fields[name])
    if "properties" in fields:
        charge.properties = fields["properties"] or {}
    if "billable_metric_id" in fields:
        charge.billable_metric = references.metric(fields["billable_metric_id"])
    settle_price(charge)


def set_charge_taxes(taxes: Sequence[tuple[Charge, Sequence[Tax]]]) -> None:
    through = Charge.taxes.through
    if taxes:
        through.objects.filter(charge_id__in=[charge.pk for charge, _ in taxes]).delete()
        through.objects.bulk_create(
            [through(charge_id=charge.pk, tax_id=tax.pk) for charge, applied in taxes for tax in applied]
        )
