"""Subscriptions that start."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from billing_site.kernel.commands import command
from billing_site.kernel.locks import locked
from customers.models import Customer, Organization
from plans import signals
from plans.models import Subscription, SubscriptionStatus
from plans.periods import next_billing_at, termination_alert_at
from plans.queries import subscriptions_to_activate, terms_of
from plans.services.fixed_charge_units import start_units
from plans.services.subscription.gate import close_gates
from plans.services.subscription.trial import trial_ends

BATCH = 1000
STARTED_COLUMNS = (
    *("status", "started_at", "activated_at", "trial_end_at", "termination_alert_at", "next_billing_at", "updated_at"),
)


def activate_due_subscriptions(*, organization: Organization, at: datetime) -> int:
    """Start every pending subscription whose ``subscription_at`` is reached, each at that instant (S5).

    A transaction for each batch. Returns how many; doing it again finds nothing.
    """
    activated = 0
    while batch := list(subscriptions_to_activate(organization, at).values_list("pk", "customer_id")[:BATCH]):
        activated += _activate_batch(organization, batch, at)
    return activated


@command
def _activate_batch(organization: Organization, batch: Sequence[tuple[UUID, UUID]], at: datetime) -> int:
    locked(Customer.objects.filter(pk__in={customer_id for _, customer_id in batch}))
    due = locked(subscriptions_to_activate(organization, at).filter(pk__in=[pk for pk, _ in batch]))
    for subscription in due:
        subscription.started_at = subscription.subscription_at
    # What fell due since then is caught up by the run, period by period.
    start(due, at=at)
    Subscription.objects.bulk_update(due, STARTED_COLUMNS)
    announce_start(due, at)
    return len(due)


def start(subscriptions: Sequence[Subscription], *, at: datetime, billed_after: datetime | None = None) -> None:
    """Make them active from their ``started_at`` on, in memory; the trial they have is granted (3-R1).

    Their first periodic invoice is due after ``billed_after``, or after their start.
    """
    trials = trial_ends(subscriptions)
    for subscription in subscriptions:
        assert subscription.started_at is not None, "it starts"
        subscription.status, subscription.activated_at = SubscriptionStatus.ACTIVE, at
        subscription.trial_end_at = trials.get(subscription.pk)
        subscription.next_billing_at = next_billing_at(terms_of(subscription), billed_after or subscription.started_at)
        subscription.termination_alert_at = termination_alert_at(subscription.ending_at, after=at)
        subscription.updated_at = at


def announce_start(subscriptions: Sequence[Subscription], at: datetime) -> None:
    """Once they are stored: from here on they have the units of their plans' fixed charges.

    Those that have to be paid first are not active yet (S18).
    """
    if not subscriptions:
        return
    start_units(subscriptions, at)
    waiting = close_gates(subscriptions, at)
    active = [each for each in subscriptions if each not in waiting]
    if waiting:
        signals.subscription_incomplete.send(Subscription, subscriptions=waiting, at=at)
    if active:
        signals.subscription_started.send(Subscription, subscriptions=active, at=at)
