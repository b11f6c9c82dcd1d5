"""Subscriptions that end."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotFound, ValidationFailed
from billing_site.kernel.locks import locked
from customers.models import Customer, Organization
from plans import signals
from plans.models import OnTerminationCreditNote, OnTerminationInvoice, Plan, Subscription, SubscriptionStatus
from plans.queries import NOT_ENDED, end_reached_at, ended_subscriptions, next_plans_of, with_terms
from plans.services.subscription.batches import batches, locked_subscriptions
from plans.services.subscription.gate import give_up

MANUAL = "manual"


@command
def terminate_subscription(
    *,
    subscription: Subscription,
    at: datetime,
    on_termination_credit_note: str | None = None,
    on_termination_invoice: str | None = None,
) -> Subscription:
    """End an active subscription at ``at``; the final invoice and credit note follow from the announcement.

    The options replace what the subscription says; the credit note concerns plans paid in advance only (3-Y4) and is
    ``credit`` unless said otherwise. Raises ``ValidationFailed`` (``invalid_value``) for an unknown option and
    ``NotFound`` when the subscription is not active any more (3-Y3).
    """
    _check_options(on_termination_credit_note, on_termination_invoice)
    current = _locked(subscription, SubscriptionStatus.ACTIVE)
    if current.plan.pay_in_advance:
        kept = current.on_termination_credit_note or OnTerminationCreditNote.CREDIT
        current.on_termination_credit_note = on_termination_credit_note or kept
    current.on_termination_invoice = on_termination_invoice or current.on_termination_invoice
    current.terminated_at = at
    _terminate([current], at)
    return current


@command
def cancel_subscription(*, subscription: Subscription, at: datetime) -> Subscription:
    """Cancel a subscription that is pending, or waits for its first payment. Raises ``NotFound`` when it is neither.

    For the subscription that it was to follow that is an update (3-Y1).
    """
    if subscription.status == SubscriptionStatus.INCOMPLETE:
        current = _locked(subscription, SubscriptionStatus.INCOMPLETE)
        give_up([current], at, reason=MANUAL)
        return current
    current = _locked(subscription, SubscriptionStatus.PENDING)
    _cancel([current], at)
    previous = list(with_terms(Subscription.objects.filter(next_subscriptions=current)))
    if previous:
        signals.subscription_updated.send(Subscription, subscriptions=previous, at=at)
    return current


def terminate_ended_subscriptions(*, organization: Organization, at: datetime) -> int:
    """Terminate what has reached its ``ending_at``, each when that local day began (S6); how many.

    A transaction for each batch; doing it again finds nothing.
    """
    terminated = 0
    for batch in batches(row.pk for row in ended_subscriptions(organization, at)):
        terminated += _terminate_ended_batch(batch, at)
    return terminated


def end_subscriptions_of_plan(*, plan: Plan, at: datetime) -> None:
    """Terminate the active, cancel the pending subscriptions of a plan and its overrides; the caller's transaction."""
    _end_all(Subscription.objects.filter(Q(plan=plan) | Q(plan__parent=plan)), at)


@command
def end_subscriptions_of_customer(*, customer: Customer, at: datetime) -> None:
    """Terminate the active and cancel the pending subscriptions of a customer who is deleted (U26)."""
    _end_all(Subscription.objects.filter(customer=customer), at)


@command
def _terminate_ended_batch(ids: Sequence[UUID], at: datetime) -> int:
    ended = [
        row
        for row in locked_subscriptions(ids, SubscriptionStatus.ACTIVE)
        if row.ending_at and end_reached_at(row) <= at
    ]
    for subscription in ended:
        subscription.terminated_at = end_reached_at(subscription)
    _terminate(ended, at)
    return len(ended)


def _end_all(subscriptions: QuerySet[Subscription], at: datetime) -> None:
    running = subscriptions.filter(status__in=[*NOT_ENDED, SubscriptionStatus.INCOMPLETE])
    for batch in batches(list(running.order_by("pk").values_list("pk", flat=True))):
        active = locked_subscriptions(batch, SubscriptionStatus.ACTIVE)
        for subscription in active:
            subscription.terminated_at = at
        _terminate(active, at)
        # Terminating has canceled the next plans of the active ones already.
        _cancel(locked_subscriptions(batch, SubscriptionStatus.PENDING), at)
        give_up(locked_subscriptions(batch, SubscriptionStatus.INCOMPLETE), at, reason=MANUAL)


def _check_options(credit_note: str | None, invoice: str | None) -> None:
    known = {
        "on_termination_credit_note": credit_note in {None, *OnTerminationCreditNote.values},
        "on_termination_invoice": invoice in {None, *OnTerminationInvoice.values},
    }
    if not all(known.values()):
        raise ValidationFailed({name: ["invalid_value"] for name, is_known in known.items() if not is_known})


def _locked(subscription: Subscription, status: SubscriptionStatus) -> Subscription:
    for current in locked_subscriptions([subscription.pk], status):
        return current
    raise NotFound("subscription")


def _terminate(subscriptions: Sequence[Subscription], at: datetime) -> None:
    if not subscriptions:
        return
    for subscription in subscriptions:
        subscription.status = SubscriptionStatus.TERMINATED
        subscription.updated_at = at
    columns = ["status", "terminated_at", "on_termination_credit_note", "on_termination_invoice", "updated_at"]
    Subscription.objects.bulk_update(subscriptions, columns)
    cancel_next_plans(subscriptions, at)
    signals.subscription_terminated.send(Subscription, subscriptions=list(subscriptions), at=at, is_replaced=False)


def cancel_next_plans(subscriptions: Sequence[Subscription], at: datetime) -> None:
    """The plans that wait to follow these subscriptions."""
    _cancel(locked(with_terms(next_plans_of(subscriptions))), at)


def _cancel(subscriptions: Sequence[Subscription], at: datetime) -> None:
    if not subscriptions:
        return
    for subscription in subscriptions:
        subscription.status = SubscriptionStatus.CANCELED
        subscription.canceled_at = at
        subscription.updated_at = at
    Subscription.objects.bulk_update(subscriptions, ["status", "canceled_at", "updated_at"])
    signals.subscription_canceled.send(Subscription, subscriptions=list(subscriptions), at=at)
