"""Two connections that subscribe, change plans, terminate and delete at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from billing_site.kernel.errors import BillingError
from customers.models import Customer
from plans.models import Subscription
from plans.services.plan import delete_plan
from plans.services.subscription import switch_due_downgrades, terminate_subscription
from tests.support.builders import an_organization
from tests.support.clock import instant
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returned or raised, all of them started together, each on a connection of its own."""
    together = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            together.wait()
            return call()
        except BillingError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


@pytest.fixture
def organization():
    return an_organization()


def test_the_same_subscription_posted_twice_at_once_is_made_once(organization):
    plan = a_plan(organization)
    made = at_once(*[lambda: a_subscription(organization, plan, "s", external_customer_id="c")] * 4)
    assert len(set(made)) == 1
    assert (Subscription.objects.count(), Customer.objects.count()) == (1, 1)


def test_of_two_customers_at_once_one_gets_the_external_id(organization):
    plan = a_plan(organization)
    results = at_once(
        lambda: a_subscription(organization, plan, "s", external_customer_id="one"),
        lambda: a_subscription(organization, plan, "s", external_customer_id="two"),
    )
    assert sorted(type(result).__name__ for result in results) == ["Subscription", "ValidationFailed"]
    # The refused call leaves no customer behind either.
    assert (Subscription.objects.count(), Customer.objects.count()) == (1, 1)


def test_a_subscription_is_terminated_once(organization):
    subscription = a_subscription(organization)
    terminate = [lambda: terminate_subscription(subscription=subscription, at=organization.now())] * 2
    results = at_once(*terminate)
    assert sorted(type(result).__name__ for result in results) == ["NotFound", "Subscription"]


def test_no_subscription_survives_the_deletion_of_its_plan(organization):
    plan = a_plan(organization)
    at_once(
        *[lambda: a_subscription(organization, plan) for _ in range(3)],
        lambda: delete_plan(plan=plan, at=organization.now()),
    )
    assert not Subscription.objects.filter(status="active").exists()


def test_two_changes_of_plan_at_once_follow_each_other(organization):
    plans = [a_plan(organization, amount_cents=cents) for cents in (1000, 2000, 2000)]
    a_subscription(organization, plans[0], "s", external_customer_id="c")
    at_once(*[partial(a_subscription, organization, plan, "s", external_customer_id="c") for plan in plans[1:]])
    chain = list(Subscription.objects.order_by("started_at"))
    assert [each.status for each in chain] == ["terminated", "terminated", "active"]
    assert [each.previous_subscription for each in chain] == [None, *chain[:2]]


def test_an_upgrade_and_a_termination_at_once_leave_one_order_of_events(organization):
    old = a_subscription(organization, a_plan(organization, amount_cents=1000), "s", external_customer_id="c")
    dear = a_plan(organization, amount_cents=2000)
    at_once(
        lambda: a_subscription(organization, dear, "s", external_customer_id="c"),
        lambda: terminate_subscription(subscription=old, at=organization.now()),
    )
    # Upgraded first, the old one is not there to be terminated; terminated first, the dear one is a new beginning.
    assert Subscription.objects.get(pk=old.pk).status == "terminated"
    assert Subscription.objects.get(status="active").plan == dear


def test_a_downgrade_takes_over_once(organization):
    dear, cheap = (a_plan(organization, amount_cents=cents) for cents in (2000, 1000))
    for plan in (dear, cheap):
        a_subscription(organization, plan, "s", external_customer_id="c")
    at = instant("2024-02-01")
    assert sum(at_once(*[lambda: switch_due_downgrades(organization=organization, at=at)] * 2)) == 1
    assert Subscription.objects.get(status="active").plan == cheap
