"""What others read of plans and subscriptions. Every function is a constant number of queries."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from billing_site.kernel.errors import NotFound
from customers.models import Customer, Organization
from customers.queries import living_taxes
from plans.models import Charge, ChargeFilter, Plan, Subscription, SubscriptionStatus
from plans.periods import BillingInterval, BillingTime, Terms, start_of_local_day

# No local day begins earlier before an instant of it than this (a day of 25 hours).
LONGEST_DAY = timedelta(hours=26)
NOT_ENDED = (SubscriptionStatus.ACTIVE, SubscriptionStatus.PENDING)


class DueSubscription(NamedTuple):
    """A subscription whose periodic invoice was due at ``next_billing_at``."""

    id: UUID
    customer_id: UUID
    next_billing_at: datetime


# --- Plans and charges ---


def live_plans(organization: Organization) -> QuerySet[Plan]:
    """What API and console list: neither deleted plans nor the overrides of single subscriptions (P8)."""
    return Plan.objects.filter(organization=organization, deleted_at__isnull=True, parent__isnull=True)


def plan_by_code(organization: Organization, code: str) -> Plan:
    """Raises ``NotFound``: ``plan_not_found``."""
    plan = live_plans(organization).select_related("organization").filter(code=code).first()
    if plan is None:
        raise NotFound("plan")
    return plan


def with_charges(plans: QuerySet[Plan]) -> QuerySet[Plan]:
    """All that the wire shows of a plan; its ``charges.all()`` are then those that are not deleted."""
    return plans.prefetch_related(living_taxes(), Prefetch("charges", live_charges()))


def reloaded_plan(plan: Plan) -> Plan:
    """The plan as the wire shows it, also when it has just been deleted."""
    return with_charges(Plan.objects.all()).get(pk=plan.pk)


def live_charges() -> QuerySet[Charge]:
    """Charges with all that the wire shows of them."""
    filters = ChargeFilter.objects.filter(deleted_at__isnull=True)
    charges = Charge.objects.filter(deleted_at__isnull=True).select_related("billable_metric")
    return charges.prefetch_related(living_taxes(), Prefetch("filters", filters))


def charges_of(plan: Plan) -> QuerySet[Charge]:
    return live_charges().filter(plan=plan)


def reloaded_charge(charge: Charge) -> Charge:
    return live_charges().get(pk=charge.pk)


def charge_by_code(plan: Plan, code: str) -> Charge:
    """Raises ``NotFound``: ``charge_not_found``."""
    charge = charges_of(plan).filter(code=code).first()
    if charge is None:
        raise NotFound("charge")
    return charge


def is_attached_to_subscriptions(plan: Plan) -> bool:
    """Whether anyone ever subscribed to the plan or to an override of it (P10)."""
    return Subscription.objects.filter(Q(plan=plan) | Q(plan__parent=plan)).exists()


# --- Subscriptions ---


def all_subscriptions(organization: Organization) -> QuerySet[Subscription]:
    return Subscription.objects.filter(organization=organization)


def with_terms(subscriptions: QuerySet[Subscription]) -> QuerySet[Subscription]:
    """Everything that ``terms_of`` reads, loaded along."""
    return subscriptions.select_related("plan", "customer__billing_entity")


def for_wire(subscriptions: QuerySet[Subscription]) -> QuerySet[Subscription]:
    """Everything that the wire shows; ``next_subscriptions.all()`` is then the one that is scheduled, if any."""
    following = Subscription.objects.filter(status=SubscriptionStatus.PENDING).select_related("plan")
    return (
        with_terms(subscriptions)
        .select_related("billing_entity", "previous_subscription__plan")
        .prefetch_related(Prefetch("next_subscriptions", following))
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


def last_invoiced_termination_at(organization: Organization, external_id: str) -> datetime | None:
    """Until when the same external id has been billed by a final invoice: its successor starts no earlier (S4)."""
    ended = Subscription.objects.filter(
        organization=organization, external_id=external_id, status=SubscriptionStatus.TERMINATED
    )
    return (
        ended.exclude(on_termination_invoice="skip")
        .order_by("-terminated_at")
        .values_list("terminated_at", flat=True)
        .first()
    )


# --- What is due ---


def active(organization: Organization) -> QuerySet[Subscription]:
    return Subscription.objects.filter(organization=organization, status=SubscriptionStatus.ACTIVE)


def pending(organization: Organization) -> QuerySet[Subscription]:
    """Those waiting for their own day; the next plan of an active one waits for that one to end."""
    return Subscription.objects.filter(
        organization=organization, status=SubscriptionStatus.PENDING, previous_subscription__isnull=True
    )


def due_subscriptions(organization: Organization, at: datetime) -> Iterator[DueSubscription]:
    """Those with a periodic invoice due at ``at`` or before, the longest overdue first, then by customer."""
    due = active(organization).filter(next_billing_at__lte=at).order_by("next_billing_at", "customer_id", "id")
    for subscription_id, customer_id, due_at in due.values_list("id", "customer_id", "next_billing_at").iterator(
        10_000
    ):
        assert due_at is not None
        yield DueSubscription(subscription_id, customer_id, due_at)


def next_due_at(organization: Organization, *, after: datetime) -> datetime | None:
    """When, strictly after ``after``, something happens by itself: an activation, a periodic invoice, an end.

    What was due before and failed does not stand in the way of what comes next. Index lookups only.
    """
    billing = active(organization).filter(next_billing_at__gt=after).order_by("next_billing_at")
    activation = pending(organization).filter(subscription_at__gt=after).order_by("subscription_at")
    instants = (
        billing.values_list("next_billing_at", flat=True).first(),
        activation.values_list("subscription_at", flat=True).first(),
        _next_end_at(organization, after),
    )
    return min((instant for instant in instants if instant is not None), default=None)


def subscriptions_to_activate(organization: Organization, at: datetime) -> QuerySet[Subscription]:
    return with_terms(pending(organization)).filter(subscription_at__lte=at)


def ended_subscriptions(organization: Organization, at: datetime) -> list[Subscription]:
    """Active subscriptions whose end is reached: that is when its local day begins."""
    candidates = with_terms(_ending(organization).filter(ending_at__lt=at + LONGEST_DAY))
    return [subscription for subscription in candidates if end_reached_at(subscription) <= at]


def end_reached_at(subscription: Subscription) -> datetime:
    """The start of the local day of ``ending_at``, or the start of a subscription that ends on its first day."""
    assert subscription.ending_at is not None and subscription.started_at is not None
    day = start_of_local_day(subscription.ending_at, subscription.customer.applicable_timezone)
    return max(day, subscription.started_at)


def _next_end_at(organization: Organization, after: datetime) -> datetime | None:
    # An end is reached when its local day begins, up to a day before ``ending_at``.
    later = _ending(organization).filter(ending_at__gt=after)
    first = later.order_by("ending_at").values_list("ending_at", flat=True).first()
    if first is None:
        return None
    candidates = with_terms(later.filter(ending_at__lte=first + 2 * LONGEST_DAY))
    return min((end for end in map(end_reached_at, candidates) if end > after), default=None)


def _ending(organization: Organization) -> QuerySet[Subscription]:
    return active(organization).filter(ending_at__isnull=False)
