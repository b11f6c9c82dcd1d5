"""Changing what was agreed, short of the plan."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

from billing_site.kernel.commands import command
from billing_site.kernel.locks import locked
from customers.models import Customer
from plans import signals
from plans.models import Subscription, SubscriptionStatus
from plans.periods import termination_alert_at
from plans.queries import with_terms
from plans.services.fields import ThresholdFields
from plans.services.fixed_charge_units import WantedUnits, say_units
from plans.services.plan_override import PlanOverrides, override_plan
from plans.services.subscription.activation import announce_start, start
from plans.services.subscription.options import check_end
from plans.services.subscription.schedule import billed_next_at
from plans.services.usage_thresholds import set_usage_thresholds

COLUMNS = (
    *("name", "ending_at", "on_termination_invoice", "consolidate_invoice", "purchase_order_number"),
    "progressive_billing_disabled",
)


class SubscriptionChanges(TypedDict, total=False):
    name: str
    ending_at: datetime | None
    subscription_at: datetime | None
    on_termination_credit_note: str | None
    on_termination_invoice: str
    consolidate_invoice: bool
    purchase_order_number: str
    plan_overrides: PlanOverrides | None
    progressive_billing_disabled: bool
    usage_thresholds: Sequence[ThresholdFields]
    fixed_charges: list[Any]


@command
def update_subscription(
    *, subscription: Subscription, at: datetime, **changes: Unpack[SubscriptionChanges]
) -> Subscription:
    """Change a subscription; ``subscription_at`` only while it is pending, and a past one starts it at once.

    ``plan_overrides`` make its plan its own (P8). ``on_termination_credit_note`` is ignored on plans in arrears (3-Y4).
    Raises ``ValidationFailed`` for an ``ending_at`` that is past or before the start, and as ``override_plan``.
    """
    locked(Customer.objects.filter(pk=subscription.customer_id))
    (current,) = locked(with_terms(Subscription.objects.filter(pk=subscription.pk)))
    _set_columns(current, changes)
    own_units = _override_plan(current, changes, at)
    if "ending_at" in changes:
        check_end(current, at)
        current.next_billing_at = billed_next_at(current, at)
        current.termination_alert_at = termination_alert_at(current.ending_at, after=at)
    starts_now = _has_to_start(current, at)
    if starts_now:
        current.started_at = current.subscription_at
        start([current], billed_after=at, at=at)
    current.updated_at = at
    current.save()
    if "usage_thresholds" in changes:
        set_usage_thresholds(current, changes["usage_thresholds"], at)
    say_units(current, own_units, at)
    if starts_now:
        announce_start([current], at)
    else:
        signals.subscription_updated.send(Subscription, subscriptions=[current], at=at)
    return current


def _set_columns(subscription: Subscription, changes: Any) -> None:
    for name in COLUMNS:
        if name in changes:
            setattr(subscription, name, changes[name])
    if "on_termination_credit_note" in changes and subscription.plan.pay_in_advance:
        subscription.on_termination_credit_note = changes["on_termination_credit_note"]
    if changes.get("subscription_at") and subscription.status == SubscriptionStatus.PENDING:
        subscription.subscription_at = changes["subscription_at"]


def _override_plan(subscription: Subscription, changes: SubscriptionChanges, at: datetime) -> list[WantedUnits]:
    """Make its plan its own where ``changes`` ask for that; the units that it shall have of fixed charges then."""
    overrides = changes.get("plan_overrides")
    if not overrides:
        return []
    subscription.plan, wanted = override_plan(subscription.plan, overrides, at)
    return wanted


def _has_to_start(subscription: Subscription, at: datetime) -> bool:
    is_own = subscription.previous_subscription_id is None
    return subscription.status == SubscriptionStatus.PENDING and is_own and subscription.subscription_at <= at
