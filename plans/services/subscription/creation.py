"""Assigning a plan to a customer."""

from datetime import datetime
from typing import Any, Unpack

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotFound, ValidationFailed
from billing_site.kernel.locks import lock_name, locked
from customers.models import Customer, Organization
from customers.services.customer import create_or_update_customer
from plans.models import Plan, Subscription, SubscriptionStatus
from plans.periods import TICK
from plans.queries import NOT_ENDED, current_subscription, last_invoiced_termination_at
from plans.services.subscription.activation import announce_start, start
from plans.services.subscription.gate import set_activation_rules
from plans.services.subscription.options import SubscriptionOptions, check_end, own_plan, set_options
from plans.services.subscription.plan_change import change_plan
from plans.services.usage_thresholds import set_usage_thresholds


@command
def create_subscription(
    *,
    organization: Organization,
    at: datetime,
    external_customer_id: str,
    plan_code: str,
    external_id: str,
    **options: Unpack[SubscriptionOptions],
) -> Subscription:
    """Subscribe a customer, who is created when unknown (S1), to a plan.

    Active at once, from ``subscription_at`` on if that is past, but billed no earlier than the period of ``at``
    (3-S17); pending while ``subscription_at`` is to come. For an id that the customer has already it changes the plan
    (``change_plan``). Raises ``NotFound`` for an unknown plan, ``ValidationFailed`` for an ``external_id`` in use or an
    ``ending_at`` that is past or before the start.
    """
    # Two calls with one id wait for each other; the second one finds what the first one made.
    lock_name("subscription", organization.pk, external_id)
    plan = _held_plan(organization, plan_code)
    customer = _locked_customer(organization, external_customer_id, at)
    current = current_subscription(customer, external_id)
    if current is not None:
        return change_plan(current=current, plan=plan, at=at, options=options)
    _refuse_taken(organization, external_id)
    plan = own_plan(plan, options, at)
    subscription = _built(organization, customer, plan, at, external_id, options)
    _set_currency(customer, plan, at)
    subscription.save(force_insert=True)
    set_usage_thresholds(subscription, options.get("usage_thresholds", ()), at)
    set_activation_rules(subscription, options.get("activation_rules", ()), at)
    if subscription.status == SubscriptionStatus.ACTIVE:
        announce_start([subscription], at)
    return subscription


def _held_plan(organization: Organization, code: str) -> Plan:
    """The plan, kept from being deleted until this transaction ends; without making subscribers wait for each other."""
    rows = Plan.objects.raw(
        """
        SELECT * FROM plans_plan
        WHERE organization_id = %s AND code = %s AND deleted_at IS NULL AND parent_id IS NULL FOR SHARE
        """,
        [organization.pk, code],
    )
    for plan in rows:
        return plan
    raise NotFound("plan")


def _locked_customer(organization: Organization, external_id: str, at: datetime) -> Customer:
    if not external_id.strip():
        raise NotFound("customer")
    named = Customer.objects.filter(organization=organization, external_id=external_id, deleted_at__isnull=True)
    found = locked(named.select_related("billing_entity"))
    if found:
        return found[0]
    return create_or_update_customer(organization=organization, external_id=external_id, at=at)


def _refuse_taken(organization: Organization, external_id: str) -> None:
    """An id names one running subscription of the organization, whoever the customer is."""
    named = Subscription.objects.filter(organization=organization, external_id=external_id)
    if named.filter(status=SubscriptionStatus.INCOMPLETE).exists():
        raise ValidationFailed(subscription=["subscription_incomplete"])
    if named.filter(status__in=NOT_ENDED).exists():
        raise ValidationFailed(external_id=["value_already_exist"])


def _built(
    organization: Organization, customer: Customer, plan: Plan, at: datetime, external_id: str, options: Any
) -> Subscription:
    subscription = Subscription(
        organization=organization,
        customer=customer,
        plan=plan,
        external_id=external_id,
        status=SubscriptionStatus.PENDING,
        subscription_at=options.get("subscription_at") or at,
        created_at=at,
    )
    subscription.billing_time = options.get("billing_time") or subscription.billing_time
    set_options(subscription, options)
    check_end(subscription, at)
    if subscription.subscription_at <= at:
        subscription.started_at = _start_of(subscription)
        start([subscription], billed_after=at, at=at)
    return subscription


def _start_of(subscription: Subscription) -> datetime:
    """``subscription_at``, but after the end up to which, that instant included, the same id has been billed (S4)."""
    billed_until = last_invoiced_termination_at(subscription.organization, subscription.external_id)
    if billed_until is None:
        return subscription.subscription_at
    return max(subscription.subscription_at, billed_until + TICK)


def _set_currency(customer: Customer, plan: Plan, at: datetime) -> None:
    """A customer's currency is that of the first plan (U22)."""
    if not customer.currency:
        customer.currency = plan.amount_currency
        customer.updated_at = at
        customer.save(update_fields=["currency", "updated_at"])
