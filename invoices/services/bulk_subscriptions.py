"""Ending many subscriptions at once, or moving them to another plan."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from billing_site.kernel.bulk import BulkCommand, Effect, register
from billing_site.kernel.errors import NotAllowed
from customers.models import Organization
from invoices.services.consequences import consequences_of
from plans.models import Subscription
from plans.queries import NOT_ENDED, all_subscriptions, with_terms
from plans.services.subscription import create_subscription, terminate_subscription

OPTIONS = ("on_termination_invoice", "on_termination_credit_note")


def _rows(organization: Organization) -> QuerySet[Subscription]:
    return with_terms(all_subscriptions(organization)).select_related("organization")


def _terminate(subscription: Subscription, values: Mapping[str, Any], at: datetime) -> Effect:
    options = {name: values[name] for name in OPTIONS if values.get(name)}
    terminate_subscription(subscription=subscription, at=at, **options)
    return Effect("Terminated.")


def _change_plan(subscription: Subscription, values: Mapping[str, Any], at: datetime) -> Effect:
    if subscription.status not in NOT_ENDED:
        raise NotAllowed("ended", "It has ended.")
    if subscription.previous_subscription_id and subscription.started_at is None:
        raise NotAllowed("waits", "It waits to follow another one: change that one.")
    changed = create_subscription(
        organization=subscription.organization,
        at=at,
        external_customer_id=subscription.customer.external_id,
        plan_code=values["plan_code"],
        external_id=subscription.external_id,
    )
    if changed.pk != subscription.pk or changed.plan_id != subscription.plan_id:
        return Effect(f"On plan {changed.plan.name}.")
    if changed.plan.code == values["plan_code"]:
        raise NotAllowed("same_plan", "It is on this plan already.")
    return Effect("The plan follows with the next period.")


def _with_amount(act: Callable[..., Effect]) -> Callable[[Subscription, Mapping[str, Any], datetime], Effect]:
    def rehearse(subscription: Subscription, values: Mapping[str, Any], at: datetime) -> Effect:
        found = consequences_of(lambda: act(subscription, values, at), customer=subscription.customer)
        net = found.net_cents.get(subscription.plan.amount_currency, 0)
        return Effect(found.result.sentence, net, subscription.plan.amount_currency)

    return rehearse


TERMINATE = register(
    BulkCommand(
        name="terminate_subscriptions",
        label="Terminate",
        rows=_rows,
        act=_terminate,
        rehearse=_with_amount(_terminate),
    )
)
CHANGE_PLANS = register(
    BulkCommand(
        name="change_plans",
        label="Change the plan of",
        rows=_rows,
        act=_change_plan,
        rehearse=_with_amount(_change_plan),
    )
)
