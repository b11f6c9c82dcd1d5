"""Which overrides would follow a change of their plan (P9), found before it is made."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from plans.models import Charge, ChargeFilter, FixedCharge, Plan, Subscription
from plans.queries import NOT_ENDED, live_charges, live_fixed_charges
from plans.services.cascade import NO_COMMITMENT, PLAN_COLUMNS, CommitmentTerms, Price, commitments_of

# What follows on its own, such as ("charge", its original id, "name"), with its value.
Places = Mapping[tuple[object, ...], Any]


def places_of(plans: Sequence[Plan]) -> dict[UUID, Places]:
    """By plan; parts of overrides are named by their originals. A constant number of queries."""
    found: dict[UUID, dict[tuple[object, ...], Any]] = defaultdict(dict)
    commitments = commitments_of(plans)
    for plan in plans:
        found[plan.pk] = {("plan", name): getattr(plan, name) for name in PLAN_COLUMNS}
        found[plan.pk]["plan", "taxes"] = codes_of(plan)
        found[plan.pk]["commitment",] = commitment_place(commitments.get(plan.pk, NO_COMMITMENT))
    for charge in live_charges().filter(plan__in=plans):
        found[charge.plan_id].update(charge_places(charge.parent_id or charge.pk, charge, codes_of(charge)))
    for fixed_charge in live_fixed_charges().filter(plan__in=plans):
        places = fixed_charge_places(fixed_charge.original_id, fixed_charge, codes_of(fixed_charge))
        found[fixed_charge.plan_id].update(places)
    return dict(found)


def charge_places(
    key: object, charge: Charge, tax_codes: Iterable[str], filters: Iterable[ChargeFilter] | None = None
) -> Places:
    """``filters``: those of a charge that is not saved."""
    price = Price.of(charge, filters)
    return {
        ("charge", key, "price"): (dict(price.columns), list(price.filters)),
        ("charge", key, "name"): charge.invoice_display_name,
        ("charge", key, "taxes"): frozenset(tax_codes),
    }


def fixed_charge_places(key: object, fixed_charge: FixedCharge, tax_codes: Iterable[str]) -> Places:
    return {
        ("fixed", key, "units"): fixed_charge.units,
        ("fixed", key, "price"): (fixed_charge.charge_model, fixed_charge.properties),
        ("fixed", key, "name"): fixed_charge.invoice_display_name,
        ("fixed", key, "taxes"): frozenset(tax_codes),
    }


def commitment_place(terms: CommitmentTerms) -> Any:
    return (terms.amount_cents, terms.name, frozenset(tax.code for tax in terms.taxes))


def codes_of(taxed: Any) -> frozenset[str]:
    return frozenset(tax.code for tax in taxed.taxes.all() if tax.deleted_at is None)


def overrides_following(plan: Plan, asked: Places) -> list[UUID]:
    """The ids of the overrides of which something would change if ``plan`` became what is ``asked``."""
    overrides = list(plan.children.filter(deleted_at__isnull=True).prefetch_related("taxes"))
    places = places_of([plan, *overrides])
    old = places.pop(plan.pk)
    changed = [place for place in old.keys() | asked.keys() if old.get(place) != asked.get(place)]
    return [key for key, own in places.items() if any(_follows(own, old, asked, place) for place in changed)]


def running_on(plan_ids: Iterable[UUID]) -> int:
    """How many subscriptions to these plans run or wait."""
    return Subscription.objects.filter(plan_id__in=list(plan_ids), status__in=NOT_ENDED).count()


def _follows(own: Places, old: Places, asked: Places, place: tuple[object, ...]) -> bool:
    if place not in asked:
        # A part that goes, goes everywhere.
        return place in own
    return bool(own.get(place) == old.get(place))
