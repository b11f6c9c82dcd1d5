"""Which of the prices on the page are not those that the subscription has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from plans.admin.editor.form import EditorForm
from plans.admin.editor.sketch import ChargeSketch, FixedChargeSketch
from plans.models import Charge, FixedCharge, Plan, Subscription
from plans.queries import charges_of, fixed_charges_of, last_units
from plans.services.cascade import NO_COMMITMENT, commitments_of
from plans.services.cascade_preview import charge_places, codes_of, commitment_place, fixed_charge_places
from plans.services.fields import ChargeFields, FixedChargeFields
from plans.services.fixed_charge_units import WantedUnits
from plans.services.plan_override import PlanOverrides

SAME = "the same part"


@dataclass(frozen=True, slots=True)
class OwnPriceChanges:
    """``units`` are of fixed charges of which nothing else changes: they leave the plan shared."""

    overrides: PlanOverrides = field(default_factory=PlanOverrides)
    units: list[WantedUnits] = field(default_factory=list)

    def sentence(self) -> str:
        if self.overrides:
            return "This subscription gets a plan of its own; the plan that others have stays as it is."
        return "Only this subscription's units change." if self.units else ""


def price_changes(form: EditorForm) -> OwnPriceChanges:
    """Of a valid form."""
    subscription: Subscription = form.instance
    plan = subscription.plan
    overrides: PlanOverrides = {**_of_plan(form, plan)}
    charges = {str(each.pk): each for each in charges_of(plan)}
    if changed := [_charge_fields(each) for each in form.sketch.charges if _is_changed(each, charges)]:
        overrides["charges"] = changed
    fixed = list(_fixed_charges(form, subscription))
    if priced := [fields for fields, _ in fixed if fields]:
        overrides["fixed_charges"] = priced
    return OwnPriceChanges(overrides, [units for _, units in fixed if units])


def _of_plan(form: EditorForm, plan: Plan) -> PlanOverrides:
    values, found = form.cleaned_data, PlanOverrides()
    if values["amount_cents"] != plan.amount_cents:
        found["amount_cents"] = values["amount_cents"]
    if values["invoice_display_name"] != plan.invoice_display_name:
        found["invoice_display_name"] = values["invoice_display_name"]
    codes = [tax.code for tax in values["tax_codes"]]
    if set(codes) != codes_of(plan):
        found["tax_codes"] = codes
    if form.commitment_place() != commitment_place(commitments_of([plan]).get(plan.pk, NO_COMMITMENT)):
        found["minimum_commitment"] = form.commitment()
    return found


def _is_changed(sketch: ChargeSketch, stored: Mapping[str, Charge]) -> bool:
    before = stored.get(sketch.fields["id"] or "")
    if before is None or sketch.charge is None:
        return False
    asked = charge_places(SAME, sketch.charge, sketch.fields["tax_codes"], sketch.filters)
    return asked != charge_places(SAME, before, codes_of(before))


def _charge_fields(sketch: ChargeSketch) -> ChargeFields:
    fields = sketch.fields
    return {
        "id": fields["id"],
        "properties": fields["properties"],
        "min_amount_cents": fields["min_amount_cents"],
        "invoice_display_name": fields["invoice_display_name"],
        "filters": fields["filters"],
        "tax_codes": fields["tax_codes"],
    }


def _fixed_charges(
    form: EditorForm, subscription: Subscription
) -> Iterator[tuple[FixedChargeFields | None, WantedUnits | None]]:
    """For each that changes either its fields or, if it is only that, its units."""
    stored = {str(each.pk): each for each in fixed_charges_of(subscription.plan)}
    said = last_units(subscription)
    for sketch in form.sketch.fixed_charges:
        before = stored.get(sketch.fields["id"] or "")
        if before is None or sketch.fixed_charge is None:
            continue
        in_force = said.get(before.original_id)
        other_units = sketch.fields["units"] != (in_force.units if in_force else before.units)
        if _priced(sketch.fixed_charge, sketch.fields["tax_codes"]) != _priced(before, codes_of(before)):
            yield _fixed_fields(sketch, other_units), None
        elif other_units:
            yield None, WantedUnits(before, sketch.fields["units"], sketch.fields["apply_units_immediately"])


def _priced(fixed_charge: FixedCharge, tax_codes: Any) -> dict[Any, Any]:
    places = fixed_charge_places(SAME, fixed_charge, tax_codes)
    return {place: value for place, value in places.items() if place[2] != "units"}


def _fixed_fields(sketch: FixedChargeSketch, other_units: bool) -> FixedChargeFields:
    given = sketch.fields
    fields: FixedChargeFields = {
        "id": given["id"],
        "properties": given["properties"],
        "invoice_display_name": given["invoice_display_name"],
        "tax_codes": given["tax_codes"],
    }
    if other_units:
        fields["units"] = given["units"]
        fields["apply_units_immediately"] = given["apply_units_immediately"]
    return fields
