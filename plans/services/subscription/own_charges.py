"""What one subscription has otherwise than its plan says: units of its own, prices of its own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Unpack

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotFound
from billing_site.kernel.locks import locked
from customers.models import Customer
from plans.models import Charge, ChargeFilter, FixedCharge, Subscription
from plans.queries import NOT_ENDED, charge_by_code, filters_of, with_terms
from plans.services.charge import create_charge_filter, delete_charge_filter, update_charge_filter
from plans.services.fields import ChargeFields, FilterFields, FixedChargeFields
from plans.services.fixed_charge_units import WantedUnits, say_units
from plans.services.plan_override import PlanOverrides
from plans.services.subscription.update import update_subscription

UNITS_ONLY = frozenset({"units", "apply_units_immediately"})


@command
def change_subscription_fixed_charge(
    *, subscription: Subscription, fixed_charge: FixedCharge, at: datetime, **fields: Unpack[FixedChargeFields]
) -> Subscription:
    """Give one subscription units of its own, at once or from its next period on (F6), or a price of its own (S14).

    Units leave its plan as it is, and the plan's units do not move it any more; all else makes its plan its own. Raises
    ``NotFound`` when the subscription has ended.
    """
    if not fields.keys() <= UNITS_ONLY:
        named: FixedChargeFields = {**fields, "id": str(fixed_charge.pk)}
        return update_subscription(subscription=subscription, at=at, plan_overrides={"fixed_charges": [named]})
    current = _held(subscription)
    if "units" in fields:
        immediately = fields.get("apply_units_immediately", False)
        say_units(current, [WantedUnits(fixed_charge, fields["units"], immediately)], at)
    return current


@command
def change_subscription_prices(
    *, subscription: Subscription, at: datetime, overrides: PlanOverrides, units: Sequence[WantedUnits]
) -> Subscription:
    """All that one subscription has otherwise than its plan, together; without ``overrides`` the plan stays shared.

    Raises ``NotFound`` when the subscription has ended, and refuses prices as the commands on charges do.
    """
    current = _held(subscription)
    if overrides:
        current = update_subscription(subscription=current, at=at, plan_overrides=overrides)
    say_units(current, units, at)
    return current


@command
def change_subscription_charge(
    *, subscription: Subscription, charge: Charge, at: datetime, **fields: Unpack[ChargeFields]
) -> Charge:
    """Give one subscription a price of its own for a charge; its plan becomes its own (S14)."""
    named: ChargeFields = {**fields, "id": str(charge.pk)}
    changed = update_subscription(subscription=subscription, at=at, plan_overrides={"charges": [named]})
    return charge_by_code(changed.plan, charge.code)


@command
def create_subscription_filter(
    *, subscription: Subscription, charge: Charge, at: datetime, **fields: Unpack[FilterFields]
) -> ChargeFilter:
    """Give one subscription a price of its own for some events of a charge (S14); refused as on a plan."""
    own = change_subscription_charge(subscription=subscription, charge=charge, at=at)
    return create_charge_filter(charge=own, at=at, **fields)


@command
def update_subscription_filter(
    *, subscription: Subscription, charge_filter: ChargeFilter, at: datetime, **fields: Unpack[FilterFields]
) -> ChargeFilter:
    return update_charge_filter(charge_filter=_own_filter(subscription, charge_filter, at), at=at, **fields)


@command
def delete_subscription_filter(
    *, subscription: Subscription, charge_filter: ChargeFilter, at: datetime
) -> ChargeFilter:
    return delete_charge_filter(charge_filter=_own_filter(subscription, charge_filter, at), at=at)


def _own_filter(subscription: Subscription, charge_filter: ChargeFilter, at: datetime) -> ChargeFilter:
    """The filter itself, or its copy in the plan that has just become the subscription's own."""
    own = change_subscription_charge(subscription=subscription, charge=charge_filter.charge, at=at)
    for each in filters_of(own).filter(values=charge_filter.values).select_related("charge__plan"):
        return each
    raise NotFound("charge_filter")


def _held(subscription: Subscription) -> Subscription:
    locked(Customer.objects.filter(pk=subscription.customer_id))
    for current in locked(with_terms(Subscription.objects.filter(pk=subscription.pk, status__in=NOT_ENDED))):
        return current
    raise NotFound("subscription")
