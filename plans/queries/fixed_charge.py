"""Add-ons, fixed charges and their units."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from billing_site.kernel.errors import NotFound
from billing_site.kernel.intervals import Interval
from customers.models import Organization
from customers.queries import living_taxes
from plans.models import AddOn, FixedCharge, FixedChargeUnits, Plan, Subscription
from plans.rating import UnitsChange, UnitsSegment, units_segments


class UnitsRequest(NamedTuple):
    """Which units a subscription had during ``interval``."""

    subscription_id: UUID
    interval: Interval


# By ``FixedCharge.original_id``, in the order in which they were said or of time.
Histories = Mapping[UUID, Sequence[UnitsChange]]
Segments = Mapping[UUID, Sequence[UnitsSegment]]


def add_ons_of(organization: Organization) -> QuerySet[AddOn]:
    """Those that are not deleted, newest first, with all that the wire shows."""
    return AddOn.objects.filter(organization=organization, deleted_at__isnull=True).prefetch_related(living_taxes())


def reloaded_add_on(add_on: AddOn) -> AddOn:
    return AddOn.objects.prefetch_related(living_taxes()).get(pk=add_on.pk)


def live_fixed_charges() -> QuerySet[FixedCharge]:
    """Fixed charges with all that the wire shows of them."""
    fixed_charges = FixedCharge.objects.filter(deleted_at__isnull=True).select_related("add_on")
    return fixed_charges.prefetch_related(living_taxes())


def fixed_charges_of(plan: Plan) -> QuerySet[FixedCharge]:
    return live_fixed_charges().filter(plan=plan)


def reloaded_fixed_charge(fixed_charge: FixedCharge) -> FixedCharge:
    return FixedCharge.objects.select_related("add_on").prefetch_related(living_taxes()).get(pk=fixed_charge.pk)


def fixed_charge_by_code(plan: Plan, code: str) -> FixedCharge:
    """Raises ``NotFound``: ``fixed_charge_not_found``."""
    found = fixed_charges_of(plan).filter(code=code).first()
    if found is None:
        raise NotFound("fixed_charge")
    return found


def units_histories(subscription_ids: Collection[UUID], *, until: datetime | None = None) -> Mapping[UUID, Histories]:
    """By subscription, all that was said of its units, up to ``until`` if given; one statement."""
    histories: dict[UUID, dict[UUID, list[UnitsChange]]] = defaultdict(lambda: defaultdict(list))
    said = FixedChargeUnits.objects.filter(subscription_id__in=subscription_ids).order_by("id")
    if until is not None:
        said = said.filter(created_at__lte=until)
    columns = ("subscription_id", "fixed_charge_id", "units", "effective_at")
    for subscription_id, fixed_charge_id, units, effective_at in said.values_list(*columns):
        histories[subscription_id][fixed_charge_id].append(UnitsChange(units, effective_at))
    return histories


def units_in_force(requests: Sequence[UnitsRequest]) -> list[Segments]:
    """For each request, in its order, the units in force of every fixed charge: see ``units_segments`` (3-X1).

    One statement for any number of subscriptions. A fixed charge without units in that interval has no segments.
    """
    histories = units_histories({request.subscription_id for request in requests})
    return [
        {
            fixed_charge_id: units_segments(changes, request.interval)
            for fixed_charge_id, changes in histories.get(request.subscription_id, {}).items()
        }
        for request in requests
    ]


def last_units(subscription: Subscription) -> dict[UUID, UnitsChange]:
    """By ``FixedCharge.original_id`` what was said last of the subscription's units, in force already or not yet."""
    histories = units_histories([subscription.pk]).get(subscription.pk, {})
    return {fixed_charge_id: changes[-1] for fixed_charge_id, changes in histories.items()}
