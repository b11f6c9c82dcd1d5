"""Free trials: from when to when, and once for each external id."""

import pytest

from plans import signals
from plans.models import Subscription
from plans.queries import next_due_at
from plans.services.subscription import (
    activate_due_subscriptions,
    end_due_trials,
    terminate_subscription,
)
from tests.support.builders import an_organization
from tests.support.clock import instant
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db

NOW = instant("2024-01-15T10:00:00Z")


@pytest.fixture
def organization():
    return an_organization(at=NOW)


@pytest.fixture
def plan(organization):
    return a_plan(organization, trial_period=10)


def test_a_trial_lasts_its_days_from_the_start_on(organization, plan):
    assert a_subscription(organization, plan).trial_end_at == instant("2024-01-25T10:00:00Z")
    half_a_day = a_plan(organization, trial_period="0.5")
    assert a_subscription(organization, half_a_day).trial_end_at == instant("2024-01-15T22:00:00Z")
    assert a_subscription(organization).trial_end_at is None


def test_a_waiting_subscription_has_its_trial_from_its_start_on(organization, plan):
    waiting = a_subscription(organization, plan, subscription_at=instant("2024-02-01"))
    assert waiting.trial_end_at is None
    activate_due_subscriptions(organization=organization, at=instant("2024-02-03"))
    waiting.refresh_from_db()
    assert waiting.trial_end_at == instant("2024-02-11")


def test_the_end_of_a_trial_is_noted_and_announced_once(organization, plan, announced):
    subscription = a_subscription(organization, plan)
    assert next_due_at(organization, after=NOW) == instant("2024-01-25T10:00:00Z")
    at = instant("2024-01-26")
    assert (end_due_trials(organization=organization, at=instant("2024-01-25T09:59:59Z"))) == 0
    assert [end_due_trials(organization=organization, at=at) for _ in range(2)] == [1, 0]
    subscription.refresh_from_db()
    assert subscription.trial_ended_at == subscription.trial_end_at
    (heard,) = announced(signals.trial_ended)
    assert (heard["subscriptions"], heard["at"]) == ([subscription], at)


def test_a_trial_goes_on_where_the_same_id_is_subscribed_again(organization, plan):
    first = a_subscription(organization, plan, "s", external_customer_id="c")
    terminate_subscription(subscription=first, at=instant("2024-01-18"))
    again = a_subscription(organization, plan, "s", external_customer_id="c", at=instant("2024-01-20"))
    assert again.trial_end_at == first.trial_end_at
    terminate_subscription(subscription=again, at=instant("2024-01-28"))
    late = a_subscription(organization, plan, "s", external_customer_id="c", at=instant("2024-01-29"))
    assert late.trial_end_at is None


def test_another_customer_of_the_same_id_has_a_trial_of_its_own(organization, plan):
    first = a_subscription(organization, plan, "s", external_customer_id="one")
    terminate_subscription(subscription=first, at=instant("2024-01-28"))
    other = a_subscription(organization, plan, "s", external_customer_id="two", at=instant("2024-01-29"))
    assert other.trial_end_at == instant("2024-02-08")


def test_a_subscription_that_ends_in_its_trial_has_no_end_of_trial(organization, plan):
    terminate_subscription(subscription=a_subscription(organization, plan), at=instant("2024-01-18"))
    assert end_due_trials(organization=organization, at=instant("2024-02-01")) == 0
    assert Subscription.objects.get().trial_ended_at is None
