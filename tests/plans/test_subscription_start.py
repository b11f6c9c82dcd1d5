"""From assigning a plan to the first day of a subscription."""

import pytest

from billing_site.kernel.errors import NotFound, ValidationFailed
from customers.models import Customer
from plans import signals
from plans.models import Subscription
from plans.periods import TICK
from plans.services.plan import delete_plan
from plans.services.subscription import activate_due_subscriptions, terminate_subscription
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db

NOW = instant("2024-01-15T10:00:00Z")


@pytest.fixture
def organization():
    return an_organization(at=NOW)


def test_a_subscription_starts_now_and_is_due_when_its_period_ends(organization, announced):
    subscription = a_subscription(organization)
    assert (subscription.status, subscription.started_at) == ("active", NOW)
    assert subscription.next_billing_at == instant("2024-02-01")
    (heard,) = announced(signals.subscription_started)
    assert (heard["subscriptions"], heard["at"]) == ([subscription], NOW)


def test_periods_begin_at_the_customers_midnight(organization):
    a_customer(organization, "tokyo", timezone="Asia/Tokyo")
    subscription = a_subscription(organization, external_customer_id="tokyo")
    # 1 February 00:00 in Tokyo (UTC+9)
    assert subscription.next_billing_at == instant("2024-01-31T15:00:00Z")


def test_an_anniversary_counts_from_the_day_of_the_start(organization):
    assert a_subscription(organization, billing_time="anniversary").next_billing_at == instant("2024-02-15")


def test_an_unknown_customer_is_created_with_the_plans_currency(organization):
    subscription = a_subscription(organization, external_customer_id="newcomer")
    customer = Customer.objects.get(external_id="newcomer")
    assert (subscription.customer, customer.currency) == (customer, "EUR")


def test_a_customers_currency_stays_that_of_the_first_plan(organization):
    a_subscription(organization, external_customer_id="c")
    a_subscription(organization, a_plan(organization, amount_currency="USD"), external_customer_id="c")
    assert Customer.objects.get(external_id="c").currency == "EUR"


def test_a_past_start_is_not_billed_again_for_what_has_elapsed(organization):
    subscription = a_subscription(organization, subscription_at=instant("2023-06-10"))
    assert (subscription.status, subscription.started_at) == ("active", instant("2023-06-10"))
    # January is the current period: nothing for June to December (3-S17).
    assert subscription.next_billing_at == instant("2024-02-01")


def test_a_future_start_waits(organization, announced):
    subscription = a_subscription(organization, subscription_at=instant("2024-01-15T12:00:00Z"))
    assert (subscription.status, subscription.started_at, subscription.next_billing_at) == ("pending", None, None)
    assert announced(signals.subscription_started) == []


def test_each_waiting_subscription_starts_at_its_own_instant(organization, announced):
    early = a_subscription(organization, subscription_at=instant("2024-01-20"))
    late = a_subscription(organization, subscription_at=instant("2024-02-20"))
    a_subscription(organization, subscription_at=instant("2024-12-01"))
    at = instant("2024-03-05")
    assert activate_due_subscriptions(organization=organization, at=at) == 2
    for subscription, due_at in ((early, "2024-02-01"), (late, "2024-03-01")):
        subscription.refresh_from_db()
        assert (subscription.status, subscription.started_at) == ("active", subscription.subscription_at)
        # What fell due before the late activation is caught up by the run.
        assert subscription.next_billing_at == instant(due_at)
    (heard,) = announced(signals.subscription_started)
    assert set(heard["subscriptions"]) == {early, late}
    assert activate_due_subscriptions(organization=organization, at=at) == 0


def test_the_same_plan_posted_again_changes_nothing(organization, announced):
    plan = a_plan(organization)
    first = a_subscription(organization, plan, "s", external_customer_id="c")
    again = a_subscription(organization, plan, "s", external_customer_id="c", name="other")
    assert again == first
    assert Subscription.objects.get().name == ""
    assert len(announced(signals.subscription_started)) == 1


def test_another_plan_replaces_that_of_a_subscription_that_has_not_started(organization):
    later = instant("2024-02-10")
    first = a_subscription(organization, None, "s", external_customer_id="c", subscription_at=later)
    plan = a_plan(organization)
    again = a_subscription(organization, plan, "s", external_customer_id="c", subscription_at=later)
    assert (again.pk, again.plan) == (first.pk, plan)


def test_an_external_id_belongs_to_one_customer(organization):
    plan = a_plan(organization)
    a_subscription(organization, plan, "s", external_customer_id="one")
    with pytest.raises(ValidationFailed) as refusal:
        a_subscription(organization, plan, "s", external_customer_id="two")
    assert refusal.value.details == {"external_id": ["value_already_exist"]}
    assert not Customer.objects.filter(external_id="two").exists()


def test_the_same_id_after_a_termination_starts_where_the_final_invoice_ended(organization):
    plan = a_plan(organization)
    first = a_subscription(organization, plan, "s", external_customer_id="c")
    ended_at = instant("2024-01-20T08:00:00Z")
    terminate_subscription(subscription=first, at=ended_at)
    second = a_subscription(
        organization, plan, "s", external_customer_id="c", subscription_at=NOW, at=instant("2024-01-25")
    )
    # That invoice has the instant of the end itself.
    assert (second.subscription_at, second.started_at) == (NOW, ended_at + TICK)


def test_without_a_final_invoice_the_same_id_may_start_earlier(organization):
    plan = a_plan(organization)
    first = a_subscription(organization, plan, "s", external_customer_id="c")
    terminate_subscription(subscription=first, at=instant("2024-01-20"), on_termination_invoice="skip")
    second = a_subscription(
        organization, plan, "s", external_customer_id="c", subscription_at=NOW, at=instant("2024-01-25")
    )
    assert second.started_at == NOW


@pytest.mark.parametrize("ending_at", ["2024-01-15T10:00:00Z", "2023-12-01T00:00:00Z", "2024-02-20T00:00:00Z"])
def test_the_end_must_be_to_come_and_after_the_start(organization, ending_at):
    with pytest.raises(ValidationFailed) as refusal:
        a_subscription(organization, subscription_at=instant("2024-02-20"), ending_at=instant(ending_at))
    assert refusal.value.details == {"ending_at": ["invalid_date"]}
    assert not Subscription.objects.exists()
    assert not Customer.objects.exists()


def test_unknown_plans_deleted_plans_and_other_organizations_plans_are_not_found(organization):
    deleted = a_plan(organization)
    delete_plan(plan=deleted, at=NOW)
    foreign = a_plan(an_organization("Other"))
    for plan in (deleted, foreign):
        with pytest.raises(NotFound, match="plan_not_found"):
            a_subscription(organization, plan)
    assert not Customer.objects.exists()
