"""Whom a change of a plan touches, in a sentence."""

from collections.abc import Iterator
from typing import Any

from plans.admin.editor.form import EditorForm
from plans.models import Plan
from plans.services.cascade import PLAN_COLUMNS
from plans.services.cascade_preview import (
    Places,
    charge_places,
    fixed_charge_places,
    overrides_following,
    places_of,
    running_on,
)


def affected(form: EditorForm, plan: Plan) -> str:
    """Empty as long as nobody subscribes to the plan."""
    own = running_on([plan.pk])
    overrides = list(plan.children.filter(deleted_at__isnull=True).values_list("pk", flat=True))
    theirs = running_on(overrides)
    if not own and not theirs:
        return ""
    sentence = f"{_subscriptions(own)} to this plan: what you change holds for them from their next invoice on."
    if not theirs:
        return sentence
    following = running_on(overrides_following(plan, _asked(form, plan)))
    return f"{sentence} {_subscriptions(theirs)} with prices of their own: {following} of them would follow."


def _subscriptions(count: int) -> str:
    return f"{count:,} subscription" if count == 1 else f"{count:,} subscriptions"


def _asked(form: EditorForm, plan: Plan) -> Places:
    """What the plan would be; a card that is refused changes nothing yet."""
    return dict(_places(form, places_of([plan])[plan.pk]))


def _places(form: EditorForm, old: Places) -> Iterator[tuple[tuple[object, ...], Any]]:
    values = form.cleaned_data
    for name in PLAN_COLUMNS:
        yield ("plan", name), values.get(name, old["plan", name])
    yield ("plan", "taxes"), frozenset(tax.code for tax in values.get("tax_codes", ()))
    yield ("commitment",), form.commitment_place()
    keys = {str(place[1]): place[1] for place in old if len(place) > 2}
    for charge in form.sketch.charges:
        key = keys.get(charge.fields["id"] or "", charge.card.path)
        if charge.charge is not None:
            yield from charge_places(key, charge.charge, charge.fields["tax_codes"], charge.filters).items()
        else:
            yield from _unchanged(old, key)
    for fixed in form.sketch.fixed_charges:
        key = keys.get(fixed.fields["id"] or "", fixed.card.path)
        if fixed.fixed_charge is not None:
            yield from fixed_charge_places(key, fixed.fixed_charge, fixed.fields["tax_codes"]).items()
        else:
            yield from _unchanged(old, key)


def _unchanged(old: Places, key: object) -> Iterator[tuple[tuple[object, ...], Any]]:
    return ((place, value) for place, value in old.items() if len(place) > 2 and place[1] == key)
