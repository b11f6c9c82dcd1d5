"""What one subscription has otherwise than its plan says: units of its own, prices of its own."""

from datetime import datetime
from typing import Unpack

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotFound
from billing_site.kernel.locks import locked
from customers.models import Customer
from plans.models import Charge, FixedCharge, Subscription
from plans.queries import NOT_ENDED, with_terms
from plans.services.fields import ChargeFields, FixedChargeFields
from plans.services.fixed_charge_units import WantedUnits, say_units
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
def change_subscription_charge(
    *, subscription: Subscription, charge: Charge, at: datetime, **fields: Unpack[ChargeFields]
) -> Subscription:
    """Give one subscription a price of its own for a charge; its plan becomes its own (S14)."""
    named: ChargeFields = {**fields, "id": str(charge.pk)}
    return update_subscription(subscription=subscription, at=at, plan_overrides={"charges": [named]})


def _held(subscription: Subscription) -> Subscription:
    locked(Customer.objects.filter(pk=subscription.customer_id))
    for current in locked(with_terms(Subscription.objects.filter(pk=subscription.pk, status__in=NOT_ENDED))):
        return current
    raise NotFound("subscription")
