"""The fixed charges of one plan, written together: a constant number of statements, however many they are.

These run inside a command's transaction, with the plan locked; they return what the plan's subscriptions shall have.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from billing_site.kernel.errors import NotFound
from customers.models import Organization, Tax
from plans.models import AddOn, FixedCharge, Plan
from plans.queries import fixed_charges_of, live_fixed_charges
from plans.services.codes import free_code
from plans.services.fields import FixedChargeFields
from plans.services.fixed_charge_cascade import Followers, followers_of, taxes_to_write
from plans.services.fixed_charge_rules import settle_fixed_price
from plans.services.fixed_charge_units import WantedUnits
from plans.services.references import References

# Columns that take a field's value as it is.
COLUMNS = ("code", "charge_model", "units", "invoice_display_name", "pay_in_advance", "prorated")
# What may change once the plan has subscriptions; the rest is ignored then (P10).
EDITABLE_WITH_SUBSCRIPTIONS = frozenset({"invoice_display_name", "properties", "units", "tax_codes"})


@dataclass(frozen=True, slots=True)
class AddOns:
    """Those that fixed charges name, by id or by code."""

    by_id: Mapping[UUID, AddOn]
    by_code: Mapping[str, AddOn]

    @classmethod
    def load(cls, organization: Organization, fixed_charges: Sequence[FixedChargeFields]) -> Self:
        if not fixed_charges:
            return cls({}, {})
        living = AddOn.objects.filter(organization=organization, deleted_at__isnull=True)
        ids = [fields["add_on_id"] for fields in fixed_charges if fields.get("add_on_id")]
        codes = [fields["add_on_code"] for fields in fixed_charges if fields.get("add_on_code")]
        named = [*living.filter(pk__in=ids), *living.filter(code__in=codes)]
        return cls({add_on.pk: add_on for add_on in named}, {add_on.code: add_on for add_on in named})

    def named(self, fields: FixedChargeFields) -> AddOn:
        """Raises ``NotFound``: ``add_on_not_found``."""
        by_id = self.by_id.get(fields["add_on_id"]) if fields.get("add_on_id") else None
        found = by_id or self.by_code.get(fields.get("add_on_code", ""))
        if found is None:
            raise NotFound("add_on")
        return found


class Writing(NamedTuple):
    """What all writes to one plan's fixed charges need; ``cascade``: to the plan's overrides too (P9)."""

    plan: Plan
    references: References
    add_ons: AddOns
    at: datetime
    is_attached: bool
    cascade: bool


def replace_fixed_charges(writing: Writing, wanted: Sequence[FixedChargeFields]) -> list[WantedUnits]:
    """Those with a known ``id`` are changed, others created, those not wanted any more discarded."""
    existing = {str(each.pk): each for each in fixed_charges_of(writing.plan)}
    kept = {fields["id"]: fields for fields in wanted if fields.get("id") in existing}
    discard_fixed_charges(writing, [each for key, each in existing.items() if key not in kept])
    changed = change_fixed_charges(writing, [(existing[key], fields) for key, fields in kept.items() if key])
    return changed + add_fixed_charges(writing, [fields for fields in wanted if fields.get("id") not in existing])


def add_fixed_charges(writing: Writing, wanted: Sequence[FixedChargeFields]) -> list[WantedUnits]:
    taken = set(fixed_charges_of(writing.plan).values_list("code", flat=True)) if wanted else set()
    added = [_new_fixed_charge(writing, fields, taken) for fields in wanted]
    copies = copied_fixed_charges(added, _overrides(writing), writing.at)
    FixedCharge.objects.bulk_create(added)
    FixedCharge.objects.bulk_create(copies)
    taxes = [writing.references.taxes_named(fields.get("tax_codes") or ()) for fields in wanted]
    of_added = dict(zip((each.pk for each in added), taxes, strict=True))
    set_fixed_charge_taxes([(each, of_added[each.original_id]) for each in (*added, *copies)])
    at_once = {each.pk: _is_immediate(fields) for each, fields in zip(added, wanted, strict=True)}
    return [WantedUnits(each, each.units, at_once[each.original_id]) for each in (*added, *copies)]


def change_fixed_charges(
    writing: Writing, changes: Sequence[tuple[FixedCharge, FixedChargeFields]]
) -> list[WantedUnits]:
    copies = _copies(writing, [each for each, _ in changes])
    wanted: list[WantedUnits] = []
    taxed: list[tuple[FixedCharge, Followers, Sequence[Tax]]] = []
    for fixed_charge, fields in changes:
        followers = followers_of(fixed_charge, copies)
        before = fixed_charge.units
        _apply(fixed_charge, _allowed(fields, writing.is_attached))
        followers.follow(fixed_charge)
        if fixed_charge.units != before or _is_immediate(fields):
            wanted += [
                WantedUnits(each, each.units, _is_immediate(fields)) for each in (fixed_charge, *followers.of_units)
            ]
        if "tax_codes" in fields:
            taxed.append((fixed_charge, followers, writing.references.taxes_named(fields["tax_codes"] or ())))
    _save([*(each for each, _ in changes), *copies], writing.at)
    set_fixed_charge_taxes(taxes_to_write(taxed))
    return wanted


def discard_fixed_charges(writing: Writing, fixed_charges: Iterable[FixedCharge]) -> None:
    """Soft-delete: fees go on naming them."""
    gone = list(fixed_charges)
    ids = [each.pk for each in (*gone, *_copies(writing, gone))]
    if ids:
        FixedCharge.objects.filter(pk__in=ids).update(deleted_at=writing.at, updated_at=writing.at)


def copied_fixed_charges(
    fixed_charges: Iterable[FixedCharge], overrides: Iterable[Plan], at: datetime
) -> list[FixedCharge]:
    """Unsaved copies of a plan's fixed charges for the plans that override it; each remembers its original."""
    originals = list(fixed_charges)
    return [
        FixedCharge(
            plan=override,
            add_on=original.add_on,
            parent=original,
            properties=original.properties,
            created_at=at,
            **{name: getattr(original, name) for name in COLUMNS},
        )
        for override in overrides
        for original in originals
    ]


def set_fixed_charge_taxes(taxes: Sequence[tuple[FixedCharge, Sequence[Tax]]]) -> None:
    through = FixedCharge.taxes.through
    if taxes:
        through.objects.filter(fixedcharge_id__in=[each.pk for each, _ in taxes]).delete()
        through.objects.bulk_create(
            [through(fixedcharge_id=each.pk, tax_id=tax.pk) for each, applied in taxes for tax in applied]
        )


def _overrides(writing: Writing) -> list[Plan]:
    return list(writing.plan.children.filter(deleted_at__isnull=True)) if writing.cascade else []


def _copies(writing: Writing, fixed_charges: Sequence[FixedCharge]) -> list[FixedCharge]:
    if not writing.cascade:
        return []
    return list(live_fixed_charges().filter(parent__in=fixed_charges))


def asked_fixed_charge(fields: FixedChargeFields, add_ons: AddOns, **columns: Any) -> FixedCharge:
    """The fixed charge that ``fields`` describe, with these ``columns`` besides, not saved.

    Raises ``NotFound`` for an unknown add-on and ``ValidationFailed`` for a price that cannot be billed.
    """
    fixed_charge = FixedCharge(add_on=add_ons.named(fields), **columns)
    _apply(fixed_charge, fields)
    return fixed_charge


def _new_fixed_charge(writing: Writing, fields: FixedChargeFields, taken: set[str]) -> FixedCharge:
    fixed_charge = asked_fixed_charge(fields, writing.add_ons, plan=writing.plan, created_at=writing.at)
    fixed_charge.code = free_code(fixed_charge.code, fixed_charge.add_on.code, taken)
    taken.add(fixed_charge.code)
    return fixed_charge


def _allowed(fields: FixedChargeFields, is_attached: bool) -> dict[str, Any]:
    given = {name: value for name, value in fields.items() if not is_attached or name in EDITABLE_WITH_SUBSCRIPTIONS}
    if not given.get("code"):
        # What is there already keeps its code.
        given.pop("code", None)
    return given


def _apply(fixed_charge: FixedCharge, fields: Any) -> None:
    if fields.get("charge_model", fixed_charge.charge_model) != fixed_charge.charge_model:
        # The old model's price means nothing to the new one.
        fixed_charge.properties = {}
    for name in COLUMNS:
        if name in fields:
            setattr(fixed_charge, name, fields[name])
    if "properties" in fields:
        fixed_charge.properties = fields["properties"] or {}
    settle_fixed_price(fixed_charge)


def _is_immediate(fields: FixedChargeFields) -> bool:
    return bool("units" in fields and fields.get("apply_units_immediately"))


def _save(fixed_charges: Sequence[FixedCharge], at: datetime) -> None:
    for each in fixed_charges:
        each.updated_at = at
    FixedCharge.objects.bulk_update(fixed_charges, [*COLUMNS, "properties", "updated_at"])
