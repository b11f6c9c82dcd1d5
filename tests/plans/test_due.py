"""What falls due by itself, and when."""

import pytest

from plans.queries import due_subscriptions, next_due_at, subscription_by_external_id
from plans.services.subscription import terminate_subscription
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db

NOW = instant("2024-01-15T10:00:00Z")


@pytest.fixture
def organization():
    return an_organization(at=NOW)


def test_due_are_the_active_ones_whose_day_has_come_longest_overdue_first(organization):
    monthly = a_subscription(organization)
    weekly = a_subscription(organization, a_plan(organization, interval="weekly"))
    ended = a_subscription(organization)
    terminate_subscription(subscription=ended, at=NOW)
    a_subscription(organization, subscription_at=instant("2024-01-16"))
    a_subscription(an_organization("Other", at=NOW))
    assert list(due_subscriptions(organization, instant("2024-01-21T23:59:59Z"))) == []
    due = list(due_subscriptions(organization, instant("2024-02-01")))
    assert [(each.id, each.customer_id, each.next_billing_at) for each in due] == [
        (weekly.pk, weekly.customer_id, instant("2024-01-22")),
        (monthly.pk, monthly.customer_id, instant("2024-02-01")),
    ]


def test_nothing_is_due_where_nothing_runs(organization):
    assert next_due_at(organization, after=NOW) is None


def test_the_next_thing_is_an_invoice_an_activation_or_an_end(organization):
    a_subscription(organization, a_plan(organization, interval="yearly"), ending_at=instant("2024-01-28T15:00:00Z"))
    assert next_due_at(organization, after=NOW) == instant("2024-01-28")
    a_subscription(organization, subscription_at=instant("2024-01-20T12:00:00Z"))
    assert next_due_at(organization, after=NOW) == instant("2024-01-20T12:00:00Z")
    a_subscription(organization)
    assert next_due_at(organization, after=instant("2024-01-28")) == instant("2024-02-01")
    assert next_due_at(organization, after=NOW) == instant("2024-01-20T12:00:00Z")


def test_an_end_is_announced_before(organization):
    a_subscription(organization, a_plan(organization, interval="yearly"), ending_at=instant("2024-03-31T15:00:00Z"))
    assert next_due_at(organization, after=NOW) == instant("2024-02-15")
    assert next_due_at(organization, after=instant("2024-02-15")) == instant("2024-03-31")


def test_of_two_ends_the_one_whose_local_day_begins_first_counts(organization):
    a_customer(organization, "tokyo", timezone="Asia/Tokyo")
    yearly = a_plan(organization, interval="yearly")
    a_subscription(organization, yearly, ending_at=instant("2024-01-28T01:00:00Z"))
    # 29 January in Tokyo begins at 15:00 UTC on the 28th, after the 28th in UTC has.
    a_subscription(organization, yearly, external_customer_id="tokyo", ending_at=instant("2024-01-28T16:00:00Z"))
    assert next_due_at(organization, after=NOW) == instant("2024-01-28")
    assert next_due_at(organization, after=instant("2024-01-28")) == instant("2024-01-28T15:00:00Z")


def test_an_end_that_failed_does_not_hide_a_later_one(organization):
    yearly = a_plan(organization, interval="yearly")
    a_subscription(organization, yearly, ending_at=instant("2024-01-20T23:00:00Z"))
    a_subscription(organization, yearly, ending_at=instant("2024-01-28"))
    assert next_due_at(organization, after=instant("2024-01-20T12:00:00Z")) == instant("2024-01-28")


def test_what_is_due_is_asked_for_in_six_statements(organization, django_assert_max_num_queries):
    for _ in range(3):
        a_subscription(organization, ending_at=instant("2024-08-01"))
    with django_assert_max_num_queries(6):
        next_due_at(organization, after=NOW)


def test_of_several_ended_ones_the_last_is_found(organization):
    plan = a_plan(organization)
    for day in ("2024-01-16", "2024-01-17"):
        running = a_subscription(organization, plan, "s", external_customer_id="c", at=NOW)
        terminate_subscription(subscription=running, at=instant(day))
    assert subscription_by_external_id(organization, "s", "terminated") == running
