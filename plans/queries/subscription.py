"""Subscriptions and their terms."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, Min, Prefetch, Q, QuerySet

from billing_site.kernel.errors import NotFound
from customers.models import Customer, Organization
from plans.models import OnTerminationInvoice, Subscription, SubscriptionStatus
from plans.periods import BillingInterval, BillingTime, Terms
from plans.queries.usage_threshold import with_applicable_thresholds

NOT_ENDED = (SubscriptionStatus.ACTIVE, SubscriptionStatus.PENDING)


def all_subscriptions(organization: Organization) -> QuerySet[Subscription]:
    return Subscription.objects.filter(organization=organization)


def latest_subscriptions(organization: Organization) -> QuerySet[Subscription]:
    """Those that have started, the active one of an external id first, then what ended last."""
    started = all_subscriptions(organization).filter(started_at__isnull=False)
    return started.order_by(F("terminated_at").desc(nulls_first=True), "-started_at")


def with_terms(subscriptions: QuerySet[Subscription]) -> QuerySet[Subscription]:
    """Everything that ``terms_of`` reads, loaded along."""
    return subscriptions.select_related("plan", "billing_entity", "customer__billing_entity")


def with_previous_terms(following: QuerySet[Subscription]) -> QuerySet[Subscription]:
    """The same of the subscriptions that they follow."""
    return with_terms(following).select_related(
        "previous_subscription__plan",
        "previous_subscription__billing_entity",
        "previous_subscription__customer__billing_entity",
    )


def next_plans_of(subscriptions: Iterable[Subscription]) -> QuerySet[Subscription]:
    """The subscriptions that wait to follow them."""
    return Subscription.objects.filter(
        previous_subscription__in=[each.pk for each in subscriptions], status=SubscriptionStatus.PENDING
    )


def for_wire(subscriptions: QuerySet[Subscription]) -> QuerySet[Subscription]:
    """Everything that the wire shows; ``next_subscriptions.all()`` is then the one that follows or is to, if any."""
    following = Subscription.objects.exclude(status=SubscriptionStatus.CANCELED).select_related("plan")
    return (
        with_applicable_thresholds(with_terms(subscriptions))
        .select_related("previous_subscription__plan")
        .prefetch_related(Prefetch("next_subscriptions", following), "activation_rules")
    )


def reloaded_subscription(subscription: Subscription) -> Subscription:
    return for_wire(Subscription.objects.all()).get(pk=subscription.pk)


def terms_of(subscription: Subscription) -> Terms:
    """What decides its periods, in its customer's time zone; a pending one starts at ``subscription_at``."""
    plan = subscription.plan
    return Terms(
        interval=BillingInterval(plan.interval),
        billing_time=BillingTime(subscription.billing_time),
        timezone=subscription.customer.applicable_timezone,
        subscription_at=subscription.subscription_at,
        started_at=subscription.started_at or subscription.subscription_at,
        pay_in_advance=plan.pay_in_advance,
        bill_charges_monthly=plan.bill_charges_monthly,
        bill_fixed_charges_monthly=plan.bill_fixed_charges_monthly,
        terminated_at=subscription.terminated_at,
        ending_at=subscription.ending_at,
    )


def subscription_by_external_id(
    organization: Organization, external_id: str, status: str = SubscriptionStatus.ACTIVE
) -> Subscription:
    """The latest one of that status. Raises ``NotFound``: ``subscription_not_found``."""
    named = all_subscriptions(organization).filter(external_id=external_id, status=status)
    found = named.order_by("-terminated_at", "-created_at", "-id").first()
    if found is None:
        raise NotFound("subscription")
    return found


def current_subscription(customer: Customer, external_id: str) -> Subscription | None:
    """The customer's active subscription of that id, or the one that is going to start."""
    named = Subscription.objects.filter(customer=customer, external_id=external_id)
    is_next_plan = Q(status=SubscriptionStatus.PENDING, previous_subscription__isnull=False)
    return (
        with_terms(named.filter(status__in=NOT_ENDED).exclude(is_next_plan)).order_by("status", "-created_at").first()
    )


def first_starts(subscriptions: Iterable[Subscription]) -> dict[tuple[UUID, str], datetime]:
    """When a customer's first subscription under an external id started, by both (3-R1)."""
    wanted = list(subscriptions)
    started = Subscription.objects.filter(
        organization__in={each.organization_id for each in wanted},
        external_id__in={each.external_id for each in wanted},
        customer__in={each.customer_id for each in wanted},
        started_at__isnull=False,
    )
    rows = started.order_by().values_list("customer_id", "external_id").annotate(first=Min("started_at"))
    return {(customer_id, external_id): first for customer_id, external_id, first in rows}


class Succession(NamedTuple):
    """A change of plan that has happened: when it ended a subscription, and what that was replaced by."""

    ended_at: datetime
    next_plan_id: UUID


def successions_of(subscriptions: Iterable[Subscription]) -> dict[UUID, Succession]:
    """How those of them ended that another plan followed."""
    following = Subscription.objects.filter(
        previous_subscription__in=[each.pk for each in subscriptions], started_at__isnull=False
    )
    rows = following.values_list("previous_subscription_id", "previous_subscription__terminated_at", "plan_id")
    return {key: Succession(ended_at, plan_id) for key, ended_at, plan_id in rows if key and ended_at}


def last_invoiced_termination_at(organization: Organization, external_id: str) -> datetime | None:
    """Until when the same external id has been billed by a final invoice: its successor starts no earlier (S4)."""
    ended = Subscription.objects.filter(
        organization=organization, external_id=external_id, status=SubscriptionStatus.TERMINATED
    )
    return (
        ended.exclude(on_termination_invoice=OnTerminationInvoice.SKIP)
        .order_by("-terminated_at")
        .values_list("terminated_at", flat=True)
        .first()
    )
