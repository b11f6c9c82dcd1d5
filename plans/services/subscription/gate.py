"""Subscriptions that wait for their first payment before they are active (S18).

Whoever starts with something to pay and has a rule is ``incomplete``: it has its periods and its first invoice, and
becomes active when that is paid, or is canceled when the time is over.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID

from billing_site.kernel.commands import command
from customers.models import Organization
from plans import signals
from plans.models import ActivationRule, ActivationRuleStatus, Subscription, SubscriptionStatus
from plans.queries import expired_gates, is_backdated, paying_ahead
from plans.services.subscription.batches import batches, locked_subscriptions

TIMEOUT = "timeout"


class RuleFields(TypedDict):
    type: str
    timeout_hours: int


def set_activation_rules(subscription: Subscription, rules: Sequence[RuleFields], at: datetime) -> None:
    """The last one of each type counts."""
    by_type = {rule["type"]: rule for rule in rules}
    ActivationRule.objects.bulk_create(
        ActivationRule(
            subscription=subscription, rule_type=name, timeout_hours=rule.get("timeout_hours", 0), created_at=at
        )
        for name, rule in by_type.items()
    )


def close_gates(started: Sequence[Subscription], at: datetime) -> list[Subscription]:
    """Those of ``started``, stored as active, that have to wait: they are ``incomplete`` now. The caller's transaction.

    What was agreed after the day on which it started has no first invoice (3-S17), so nothing to wait for.
    """
    rules = list(ActivationRule.objects.filter(subscription__in=[each.pk for each in started], status="inactive"))
    if not rules:
        return []
    ruled = {rule.subscription_id for rule in rules}
    owing = paying_ahead([each for each in started if each.pk in ruled and not is_backdated(each)])
    for rule in rules:
        waits = rule.subscription_id in owing
        rule.status = ActivationRuleStatus.PENDING if waits else ActivationRuleStatus.NOT_APPLICABLE
        rule.expires_at = at + timedelta(hours=rule.timeout_hours) if waits and rule.timeout_hours else None
        rule.updated_at = at
    ActivationRule.objects.bulk_update(rules, ["status", "expires_at", "updated_at"])
    closed = [each for each in started if each.pk in owing]
    for each in closed:
        each.status, each.activated_at = SubscriptionStatus.INCOMPLETE, None
    Subscription.objects.bulk_update(closed, ["status", "activated_at"])
    return closed


@command
def open_gates(*, subscription_ids: Collection[UUID], at: datetime) -> list[Subscription]:
    """The first payment has come: those of them that waited for it are active."""
    opened = locked_subscriptions(list(subscription_ids), SubscriptionStatus.INCOMPLETE)
    for each in opened:
        each.status, each.activated_at, each.updated_at = SubscriptionStatus.ACTIVE, at, at
    Subscription.objects.bulk_update(opened, ["status", "activated_at", "updated_at"])
    _settle_rules(opened, ActivationRuleStatus.SATISFIED, at)
    if opened:
        signals.subscription_started.send(Subscription, subscriptions=opened, at=at)
    return opened


def cancel_expired_gates(*, organization: Organization, at: datetime) -> int:
    """Cancel what was not paid in time; how many. A transaction for each batch; again, it finds nothing."""
    due = list(expired_gates(organization, at).values_list("pk", flat=True))
    return sum(_cancel_batch(batch, at) for batch in batches(due))


@command
def _cancel_batch(ids: Sequence[UUID], at: datetime) -> int:
    late = locked_subscriptions(ids, SubscriptionStatus.INCOMPLETE)
    give_up(late, at, reason=TIMEOUT)
    return len(late)


def give_up(incomplete: Sequence[Subscription], at: datetime, *, reason: str) -> None:
    """Cancel subscriptions that wait for a payment; the caller has locked them."""
    if not incomplete:
        return
    for each in incomplete:
        each.status, each.canceled_at, each.updated_at = SubscriptionStatus.CANCELED, at, at
        each.cancellation_reason = reason
    Subscription.objects.bulk_update(incomplete, ["status", "canceled_at", "cancellation_reason", "updated_at"])
    _settle_rules(incomplete, ActivationRuleStatus.EXPIRED, at)
    signals.subscription_canceled.send(Subscription, subscriptions=list(incomplete), at=at)


def _settle_rules(subscriptions: Sequence[Subscription], status: ActivationRuleStatus, at: datetime) -> None:
    rules = ActivationRule.objects.filter(subscription__in=subscriptions, status=ActivationRuleStatus.PENDING)
    rules.update(status=status, updated_at=at)
