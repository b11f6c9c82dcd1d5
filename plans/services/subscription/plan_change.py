"""From one plan to another: at once when the price rises, with the next period when it falls (S7-S9).

The subscription ends and another one of the same external id follows it, on the same anchor (3-S8).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from billing_site.kernel.commands import command
from billing_site.kernel.locks import locked
from customers.models import Organization
from plans import signals
from plans.models import OnTerminationInvoice, Plan, Subscription, SubscriptionStatus
from plans.periods import TICK
from plans.queries import due_downgrades, next_plans_of, takes_over_at, with_previous_terms
from plans.services.subscription.activation import STARTED_COLUMNS, announce_start, start
from plans.services.subscription.batches import batches, locked_subscriptions
from plans.services.subscription.options import COLUMNS, check_end, own_plan, set_options
from plans.services.subscription.termination import cancel_next_plans
from plans.services.usage_thresholds import set_usage_thresholds

# What the next subscription takes over from the one before it.
INHERITED = (
    *("organization", "customer", "external_id", "billing_time", "subscription_at", "billing_entity", *COLUMNS),
    "external_historical_usage_amount_cents",
)


def change_plan(*, current: Subscription, plan: Plan, at: datetime, options: Mapping[str, Any]) -> Subscription:
    """Move ``current`` to ``plan``, in the caller's transaction, which has locked the customer.

    A plan that costs as much a year, or more, follows at once (3-S13): its subscription is returned. A cheaper one
    waits for the end of the period (3-S15), in the place of any that waits already, and ``current`` is returned. A
    subscription that has not started just gets the other plan (3-S14), and its own plan changes nothing.
    """
    if plan.pk in (current.plan_id, current.plan.parent_id):
        return current
    if current.status == SubscriptionStatus.PENDING:
        return _swap_plan(current, plan, at)
    cancel_next_plans([current], at)
    following = _next(current, plan, at, options)
    waits = plan.yearly_amount_cents < current.plan.yearly_amount_cents
    changed = _wait(current, following, at) if waits else _upgrade(current, following, at)
    set_usage_thresholds(following, options.get("usage_thresholds", ()), at)
    return changed


def switch_due_downgrades(*, organization: Organization, at: datetime) -> int:
    """Let every next plan take over whose period begins by ``at``, each at that instant (3-S15); how many.

    One whose previous plan still has earlier periods to be billed waits for that, so call again after billing. A
    transaction for each batch; doing it again finds nothing.
    """
    due = due_downgrades(organization, at)
    previous_ids = [following.previous_subscription_id for following in due if following.previous_subscription_id]
    return sum(switch_batch(batch, at) for batch in batches(previous_ids))


class PlanChange(NamedTuple):
    """``ended`` up to and including its ``terminated_at``, ``following`` from its ``started_at`` on."""

    ended: Subscription
    following: Subscription


@command
def switch_batch(previous_ids: Sequence[UUID], at: datetime) -> int:
    """The plans that wait for these subscriptions and take over by ``at``; how many."""
    active = {row.pk: row for row in locked_subscriptions(previous_ids, SubscriptionStatus.ACTIVE)}
    changes: list[PlanChange] = []
    for following in locked(with_previous_terms(next_plans_of(active.values()))):
        previous, instant = following.previous_subscription, takes_over_at(following)
        if previous is not None and instant is not None and instant <= at:
            # The period that ends here is billed up to, not including, this instant.
            changes.append(_changed(previous, instant, following, instant))
    _write(changes, at)
    return len(changes)


def _upgrade(current: Subscription, following: Subscription, at: datetime) -> Subscription:
    assert current.started_at is not None, "an active subscription has started"
    ended_at = max(at, current.started_at)
    # Usage at the very instant of the change belongs to the former plan (3-G1).
    change = _changed(current, ended_at, following, ended_at + TICK)
    _write([change], at)
    return following


def _wait(current: Subscription, following: Subscription, at: datetime) -> Subscription:
    following.save(force_insert=True)
    current.updated_at = at
    current.save(update_fields=["updated_at"])
    signals.subscription_updated.send(Subscription, subscriptions=[current], at=at)
    return current


def _swap_plan(pending: Subscription, plan: Plan, at: datetime) -> Subscription:
    pending.change(at=at, plan=plan)
    signals.subscription_updated.send(Subscription, subscriptions=[pending], at=at)
    return pending


def _next(current: Subscription, plan: Plan, at: datetime, options: Mapping[str, Any]) -> Subscription:
    following = Subscription(
        plan=own_plan(plan, options, at),
        previous_subscription=current,
        status=SubscriptionStatus.PENDING,
        created_at=at,
        **{name: getattr(current, name) for name in INHERITED},
    )
    set_options(following, options)
    check_end(following, at)
    return following


def _changed(ended: Subscription, ended_at: datetime, following: Subscription, started_at: datetime) -> PlanChange:
    ended.status = SubscriptionStatus.TERMINATED
    ended.terminated_at = ended_at
    # What a change of plan leaves to be billed is billed with the next plan, whatever was agreed for an end.
    ended.on_termination_invoice = OnTerminationInvoice.GENERATE
    following.started_at = started_at
    return PlanChange(ended, following)


def _write(changes: Sequence[PlanChange], at: datetime) -> None:
    """The former ones first: only one subscription of an external id may be active."""
    if not changes:
        return
    ended, following = [change.ended for change in changes], [change.following for change in changes]
    for each in ended:
        each.updated_at = at
    Subscription.objects.bulk_update(ended, ["status", "terminated_at", "on_termination_invoice", "updated_at"])
    start(following, at=at)
    new = [each for each in following if each._state.adding]
    Subscription.objects.bulk_create(new)
    waiting = [each for each in following if each not in new]
    Subscription.objects.bulk_update(waiting, STARTED_COLUMNS)
    signals.subscription_terminated.send(Subscription, subscriptions=ended, at=at, is_replaced=True)
    announce_start(following, at)
