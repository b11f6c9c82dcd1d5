"""Terminating, canceling and ending subscriptions by date."""

import pytest

from billing_site.kernel.errors import NotFound, ValidationFailed
from customers.services.customer import delete_customer
from plans import signals
from plans.models import Subscription
from plans.services.subscription import (
    cancel_subscription,
    terminate_ended_subscriptions,
    terminate_subscription,
)
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db

NOW = instant("2024-01-15T10:00:00Z")
LATER = instant("2024-01-20T08:00:00Z")


@pytest.fixture
def organization():
    return an_organization(at=NOW)


def test_a_termination_is_announced_with_its_instant(organization, announced):
    subscription = a_subscription(organization)
    ended = terminate_subscription(subscription=subscription, at=LATER)
    assert (ended.status, ended.terminated_at) == ("terminated", LATER)
    (heard,) = announced(signals.subscription_terminated)
    assert (heard["subscriptions"], heard["at"]) == ([subscription], LATER)


def test_a_terminated_subscription_cannot_be_terminated_again(organization, announced):
    subscription = a_subscription(organization)
    terminate_subscription(subscription=subscription, at=LATER)
    with pytest.raises(NotFound, match="subscription_not_found"):
        terminate_subscription(subscription=subscription, at=LATER)
    assert len(announced(signals.subscription_terminated)) == 1


def test_the_unused_part_of_an_advance_plan_is_credited_unless_said_otherwise(organization):
    plan = a_plan(organization, pay_in_advance=True)
    ended = terminate_subscription(subscription=a_subscription(organization, plan), at=LATER)
    assert ended.on_termination_credit_note == "credit"
    refunded = a_subscription(organization, plan)
    ended = terminate_subscription(subscription=refunded, at=LATER, on_termination_credit_note="refund")
    assert ended.on_termination_credit_note == "refund"


def test_a_plan_in_arrears_has_nothing_to_credit(organization):
    ended = terminate_subscription(
        subscription=a_subscription(organization), at=LATER, on_termination_credit_note="refund"
    )
    assert ended.on_termination_credit_note is None


def test_the_final_invoice_can_be_skipped(organization):
    ended = terminate_subscription(subscription=a_subscription(organization), at=LATER, on_termination_invoice="skip")
    assert ended.on_termination_invoice == "skip"


@pytest.mark.parametrize("option", ["on_termination_credit_note", "on_termination_invoice"])
def test_an_unknown_option_changes_nothing(organization, option):
    subscription = a_subscription(organization)
    with pytest.raises(ValidationFailed) as refusal:
        terminate_subscription(subscription=subscription, at=LATER, **{option: "invalid"})
    assert refusal.value.details == {option: ["invalid_value"]}
    assert Subscription.objects.get().status == "active"


def test_a_waiting_subscription_is_canceled(organization, announced):
    waiting = a_subscription(organization, subscription_at=instant("2024-03-01"))
    canceled = cancel_subscription(subscription=waiting, at=LATER)
    assert (canceled.status, canceled.canceled_at) == ("canceled", LATER)
    assert announced(signals.subscription_terminated) == []
    with pytest.raises(NotFound):
        cancel_subscription(subscription=waiting, at=LATER)


def test_the_next_plan_of_a_terminated_subscription_is_canceled(organization):
    subscription = a_subscription(organization)
    following = Subscription.objects.create(
        organization=organization,
        customer=subscription.customer,
        plan=subscription.plan,
        previous_subscription=subscription,
        external_id=subscription.external_id,
        status="pending",
        subscription_at=subscription.subscription_at,
        created_at=NOW,
    )
    terminate_subscription(subscription=subscription, at=LATER)
    following.refresh_from_db()
    assert following.status == "canceled"


def test_an_end_is_reached_when_its_local_day_begins(organization):
    a_customer(organization, "bogota", timezone="America/Bogota")
    # 5 October 00:00 UTC is 4 October 19:00 in Bogota; that day begins at 05:00 UTC.
    ending = a_subscription(organization, external_customer_id="bogota", ending_at=instant("2024-10-05"))
    assert terminate_ended_subscriptions(organization=organization, at=instant("2024-10-04T04:59:59Z")) == 0
    assert terminate_ended_subscriptions(organization=organization, at=instant("2024-10-04T19:00:00Z")) == 1
    ending.refresh_from_db()
    assert (ending.status, ending.terminated_at) == ("terminated", instant("2024-10-04T05:00:00Z"))
    assert terminate_ended_subscriptions(organization=organization, at=instant("2024-10-06")) == 0


def test_an_end_on_the_first_day_is_the_start(organization):
    subscription = a_subscription(organization, ending_at=instant("2024-01-15T18:00:00Z"))
    terminate_ended_subscriptions(organization=organization, at=LATER)
    subscription.refresh_from_db()
    assert subscription.terminated_at == NOW


def test_no_periodic_invoice_is_due_on_the_day_of_the_end(organization):
    # 3-B10: the termination bills January; had it not ended, February would follow.
    ending = a_subscription(organization, ending_at=instant("2024-02-01T12:00:00Z"))
    assert ending.next_billing_at == instant("2024-03-01")


def test_a_deleted_customers_subscriptions_end(organization):
    active = a_subscription(organization, external_customer_id="c")
    waiting = a_subscription(organization, external_customer_id="c", subscription_at=instant("2024-03-01"))
    other = a_subscription(organization)
    delete_customer(customer=active.customer, at=LATER)
    statuses = dict(Subscription.objects.values_list("pk", "status"))
    assert statuses == {active.pk: "terminated", waiting.pk: "canceled", other.pk: "active"}
