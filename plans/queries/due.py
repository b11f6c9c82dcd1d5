"""What falls due by itself: activations, periodic invoices, ends."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from customers.models import Organization
from plans.models import Subscription, SubscriptionStatus
from plans.periods import beginning_of_current_period, start_of_local_day
from plans.queries.subscription import next_plans_of, terms_of, with_previous_terms, with_terms

# No local day begins earlier before an instant of it than this (a day of 25 hours).
LONGEST_DAY = timedelta(hours=26)


class DueSubscription(NamedTuple):
    """A subscription whose periodic invoice was due at ``next_billing_at``."""

    id: UUID
    customer_id: UUID
    next_billing_at: datetime


def active_subscriptions(organization: Organization) -> QuerySet[Subscription]:
    return Subscription.objects.filter(organization=organization, status=SubscriptionStatus.ACTIVE)


def waiting_subscriptions(organization: Organization) -> QuerySet[Subscription]:
    """Those waiting for their own day; the next plan of an active one waits for that one to end."""
    return Subscription.objects.filter(
        organization=organization, status=SubscriptionStatus.PENDING, previous_subscription__isnull=True
    )


def due_subscriptions(organization: Organization, at: datetime) -> Iterator[DueSubscription]:
    """Those with a periodic invoice due at ``at`` or before, the longest overdue first, then by customer."""
    due = (
        active_subscriptions(organization)
        .filter(next_billing_at__lte=at)
        .order_by("next_billing_at", "customer_id", "id")
    )
    columns = due.values_list("id", "customer_id", "next_billing_at")
    for subscription_id, customer_id, due_at in columns.iterator(10_000):
        assert due_at is not None
        yield DueSubscription(subscription_id, customer_id, due_at)


def due_within(organization: Organization, start: datetime | None, end: datetime) -> QuerySet[Subscription]:
    """Those whose next periodic invoice is due before ``end``, from ``start`` on or however long ago."""
    due = active_subscriptions(organization).filter(next_billing_at__lt=end)
    return due if start is None else due.filter(next_billing_at__gte=start)


def next_due_at(organization: Organization, *, after: datetime) -> datetime | None:
    """When, strictly after ``after``, something happens by itself.

    An activation, the end of a trial, a periodic invoice, with which waiting plans take over, an end, or its alert.

    What was due before and failed does not stand in the way of what comes next. Index lookups only.
    """
    billing = active_subscriptions(organization).filter(next_billing_at__gt=after).order_by("next_billing_at")
    activation = waiting_subscriptions(organization).filter(subscription_at__gt=after).order_by("subscription_at")
    trial = _in_trial(organization).filter(trial_end_at__gt=after).order_by("trial_end_at")
    alert = active_subscriptions(organization).filter(termination_alert_at__gt=after).order_by("termination_alert_at")
    gate = _gated(organization).filter(activation_rules__expires_at__gt=after).order_by("activation_rules__expires_at")
    instants = (
        gate.values_list("activation_rules__expires_at", flat=True).first(),
        alert.values_list("termination_alert_at", flat=True).first(),
        billing.values_list("next_billing_at", flat=True).first(),
        activation.values_list("subscription_at", flat=True).first(),
        trial.values_list("trial_end_at", flat=True).first(),
        _next_end_at(organization, after),
    )
    return min((instant for instant in instants if instant is not None), default=None)


def subscriptions_to_activate(organization: Organization, at: datetime) -> QuerySet[Subscription]:
    return with_terms(waiting_subscriptions(organization)).filter(subscription_at__lte=at)


def trials_to_end(organization: Organization, at: datetime) -> QuerySet[Subscription]:
    return _in_trial(organization).filter(trial_end_at__lte=at)


def alerts_to_send(organization: Organization, at: datetime) -> QuerySet[Subscription]:
    """Those whose end is to be announced."""
    return active_subscriptions(organization).filter(termination_alert_at__lte=at)


def expired_gates(organization: Organization, at: datetime) -> QuerySet[Subscription]:
    """Those that waited for their first payment until now (S18)."""
    return _gated(organization).filter(activation_rules__expires_at__lte=at)


def ended_subscriptions(organization: Organization, at: datetime) -> list[Subscription]:
    """Active subscriptions whose end is reached: that is when its local day begins."""
    candidates = with_terms(_ending(organization).filter(ending_at__lt=at + LONGEST_DAY))
    return [subscription for subscription in candidates if end_reached_at(subscription) <= at]


def due_downgrades(organization: Organization, at: datetime) -> list[Subscription]:
    """The waiting next plans that take over at ``at`` or before, with their previous subscriptions."""
    waiting = Subscription.objects.filter(
        organization=organization,
        status=SubscriptionStatus.PENDING,
        previous_subscription__status=SubscriptionStatus.ACTIVE,
        previous_subscription__next_billing_at__lte=at,
    )
    return [following for following in with_previous_terms(waiting) if takes_over_at(following) is not None]


def ended_by_downgrade(subscriptions: Iterable[Subscription]) -> set[UUID]:
    """Those whose next invoice is the one of a change of plan: no periodic one is due at their ``next_billing_at``."""
    return {
        following.previous_subscription_id
        for following in with_previous_terms(next_plans_of(subscriptions))
        if following.previous_subscription_id and takes_over_at(following) is not None
    }


def takes_over_at(following: Subscription) -> datetime | None:
    """When a waiting next plan takes over: where a period of the previous one ends that was running when it was agreed.

    None while earlier invoices of the previous one are still due: it is billed in order.
    """
    previous = following.previous_subscription
    assert previous is not None, "a next plan follows another one"
    due_at = previous.next_billing_at
    if due_at is None or due_at <= following.created_at:
        return None
    return due_at if beginning_of_current_period(terms_of(previous), due_at) == due_at else None


def end_reached_at(subscription: Subscription) -> datetime:
    """The start of the local day of ``ending_at``, or the start of a subscription that ends on its first day."""
    assert subscription.ending_at is not None and subscription.started_at is not None
    day = start_of_local_day(subscription.ending_at, subscription.customer.applicable_timezone)
    return max(day, subscription.started_at)


def _gated(organization: Organization) -> QuerySet[Subscription]:
    return Subscription.objects.filter(
        organization=organization, status=SubscriptionStatus.INCOMPLETE, activation_rules__status="pending"
    )


def _in_trial(organization: Organization) -> QuerySet[Subscription]:
    return active_subscriptions(organization).filter(trial_end_at__isnull=False, trial_ended_at__isnull=True)


def _next_end_at(organization: Organization, after: datetime) -> datetime | None:
    soonest: datetime | None = None
    later = with_terms(_ending(organization)).filter(ending_at__gt=after).order_by("ending_at")
    for subscription in later.iterator(100):
        # An end is reached when its local day begins, up to a day before ``ending_at``.
        if soonest is not None and subscription.ending_at and subscription.ending_at > soonest + LONGEST_DAY:
            break
        reached_at = end_reached_at(subscription)
        if reached_at > after:
            soonest = min(reached_at, soonest or reached_at)
    return soonest


def _ending(organization: Organization) -> QuerySet[Subscription]:
    return active_subscriptions(organization).filter(ending_at__isnull=False)
