"""From one plan to another while a subscription runs."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing_site.kernel.errors import ValidationFailed
from plans import signals
from plans.models import Plan, Subscription
from plans.periods import TICK
from plans.queries import Succession, due_downgrades, ended_by_downgrade, next_due_at, successions_of
from plans.services.plan import delete_plan
from plans.services.subscription import (
    cancel_subscription,
    create_subscription,
    reschedule_subscriptions,
    schedule_next_billing,
    switch_due_downgrades,
    terminate_ended_subscriptions,
    terminate_subscription,
)
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db

NOW = instant("2024-01-15T10:00:00Z")
LATER = instant("2024-01-20T08:30:00Z")


@pytest.fixture
def organization():
    return an_organization(at=NOW)


@pytest.fixture
def cheap(organization):
    return a_plan(organization, "cheap", amount_cents=1000)


@pytest.fixture
def dear(organization):
    return a_plan(organization, "dear", amount_cents=2000)


def post(plan: Plan, at: datetime = LATER, **options) -> Subscription:
    return create_subscription(
        organization=plan.organization,
        at=at,
        external_customer_id="c",
        plan_code=plan.code,
        external_id="s",
        **options,
    )


def chain(organization) -> list[tuple[str, str]]:
    return [(each.plan.code, each.status) for each in Subscription.objects.order_by("created_at", "id")]


# --- Upgrades ---


def test_a_dearer_plan_follows_at_once(organization, cheap, dear):
    old = post(cheap, NOW)
    new = post(dear)
    old.refresh_from_db()
    assert (old.status, old.terminated_at) == ("terminated", LATER)
    assert (new.status, new.plan, new.previous_subscription) == ("active", dear, old)
    # The instant of the change is the last one of the old plan.
    assert new.started_at == LATER + TICK
    assert new.next_billing_at == instant("2024-02-01")


def test_an_equal_price_counts_as_an_upgrade(organization, cheap):
    post(cheap, NOW)
    assert post(a_plan(organization, "same", amount_cents=1000)).plan.code == "same"


@pytest.mark.parametrize(
    ("interval", "amount_cents", "follows_at_once"),
    [
        # 1,000 a month are 12,000 a year.
        ("weekly", 231, True),  # × 52 = 12,012
        ("weekly", 230, False),  # × 52 = 11,960
        ("quarterly", 3000, True),
        ("semiannual", 5999, False),
        ("yearly", 12000, True),
        ("yearly", 11999, False),
    ],
)
def test_plans_are_compared_by_what_they_cost_a_year(organization, cheap, interval, amount_cents, follows_at_once):
    post(cheap, NOW)
    other = a_plan(organization, "other", interval=interval, amount_cents=amount_cents)
    assert (post(other).plan == other) is follows_at_once


def test_the_next_plan_keeps_the_anchor_and_what_was_agreed(organization, cheap, dear):
    anchor = instant("2023-06-29T12:00:00Z")
    post(
        cheap,
        NOW,
        subscription_at=anchor,
        billing_time="anniversary",
        name="Team",
        ending_at=instant("2025-01-01"),
        purchase_order_number="PO-1",
    )
    new = post(dear, billing_time="calendar", subscription_at=instant("2024-01-01"), name="Company")
    assert (new.subscription_at, new.billing_time) == (anchor, "anniversary")
    assert (new.name, new.ending_at, new.purchase_order_number) == ("Company", instant("2025-01-01"), "PO-1")
    assert new.next_billing_at == instant("2024-01-29")


def test_an_upgrade_is_announced_as_an_end_and_a_start(organization, cheap, dear, announced):
    old = post(cheap, NOW)
    new = post(dear)
    (ended,) = announced(signals.subscription_terminated)
    assert (ended["subscriptions"], ended["is_replaced"], ended["at"]) == ([old], True, LATER)
    started = announced(signals.subscription_started)[-1]
    assert [each.previous_subscription for each in started["subscriptions"]] == [old]
    assert started["subscriptions"] == [new]


def test_two_upgrades_at_one_instant_follow_each_other(organization, cheap, dear):
    dearest = a_plan(organization, "dearest", amount_cents=3000)
    for plan in (cheap, dear, dearest):
        post(plan, NOW)
    first, second, third = Subscription.objects.order_by("created_at", "id")
    assert (first.started_at, first.terminated_at) == (NOW, NOW)
    assert (second.started_at, second.terminated_at) == (NOW + TICK, NOW + TICK)
    assert (third.started_at, third.status) == (NOW + 2 * TICK, "active")


def test_a_change_of_plan_is_billed_whatever_was_agreed_for_the_end(organization, cheap, dear):
    old = post(cheap, NOW, on_termination_invoice="skip")
    new = post(dear)
    old.refresh_from_db()
    assert (old.on_termination_invoice, new.on_termination_invoice) == ("generate", "skip")


def test_what_followed_is_known_for_many_at_once(organization, cheap, dear, django_assert_num_queries):
    old, other = post(cheap, NOW), a_subscription(organization)
    new = post(dear)
    terminate_subscription(subscription=other, at=LATER)
    with django_assert_num_queries(1):
        assert successions_of([old, new, other]) == {old.pk: Succession(LATER, dear.pk)}


def test_an_end_before_the_change_is_refused(organization, cheap, dear):
    post(cheap, NOW)
    with pytest.raises(ValidationFailed) as refusal:
        post(dear, ending_at=NOW)
    assert refusal.value.details == {"ending_at": ["invalid_date"]}
    assert chain(organization) == [("cheap", "active")]


# --- Downgrades ---


def test_a_cheaper_plan_waits_for_the_end_of_the_period(organization, cheap, dear, announced):
    old = post(dear, NOW)
    assert post(cheap) == old
    assert chain(organization) == [("dear", "active"), ("cheap", "pending")]
    assert switch_due_downgrades(organization=organization, at=instant("2024-01-31T23:59:59Z")) == 0
    at = instant("2024-02-01T00:05:00Z")
    assert switch_due_downgrades(organization=organization, at=at) == 1
    old, new = Subscription.objects.order_by("created_at", "id")
    # Each changes when the period ends, however late the worker comes.
    assert (old.status, old.terminated_at) == ("terminated", instant("2024-02-01"))
    assert (new.status, new.started_at) == ("active", instant("2024-02-01"))
    assert new.next_billing_at == instant("2024-03-01")
    assert announced(signals.subscription_terminated)[-1]["is_replaced"]
    assert announced(signals.subscription_started)[-1]["subscriptions"] == [new]
    assert switch_due_downgrades(organization=organization, at=at) == 0


def test_the_end_of_the_period_is_that_of_the_subscription_not_of_monthly_charges(organization, cheap):
    yearly = a_plan(organization, "yearly", interval="yearly", amount_cents=50_000, bill_charges_monthly=True)
    old = post(yearly, NOW)
    post(cheap)
    # Months are billed as before.
    assert due_downgrades(organization, instant("2024-02-01")) == []
    assert ended_by_downgrade([old]) == set()
    for _ in range(11):
        old.refresh_from_db()
        schedule_next_billing(subscriptions=[old])
    assert old.next_billing_at == instant("2025-01-01")
    assert ended_by_downgrade([old]) == {old.pk}
    assert switch_due_downgrades(organization=organization, at=instant("2025-01-01")) == 1


def test_periods_that_are_still_to_be_billed_come_first(organization, cheap, dear):
    old = post(dear, NOW)
    # The invoice of 1 February is late, and the downgrade is agreed on the 10th.
    post(cheap, instant("2024-02-10"))
    at = instant("2024-03-02")
    assert switch_due_downgrades(organization=organization, at=at) == 0
    schedule_next_billing(subscriptions=[old])
    assert switch_due_downgrades(organization=organization, at=at) == 1
    assert Subscription.objects.get(status="active").started_at == instant("2024-03-01")


def test_a_downgrade_is_among_what_comes_next(organization, cheap, dear):
    post(dear, NOW)
    post(cheap)
    assert next_due_at(organization, after=LATER) == instant("2024-02-01")


def test_another_plan_takes_the_place_of_the_one_that_waits(organization, cheap, dear, announced):
    current = post(dear, NOW)
    post(cheap)
    cheapest = a_plan(organization, "cheapest", amount_cents=500)
    assert post(cheapest) == current
    assert chain(organization) == [("dear", "active"), ("cheap", "canceled"), ("cheapest", "pending")]
    assert len(announced(signals.subscription_canceled)) == 1
    assert [heard["subscriptions"] for heard in announced(signals.subscription_updated)] == [[current], [current]]


def test_an_upgrade_takes_the_place_of_the_downgrade_that_waits(organization, cheap, dear):
    post(dear, NOW)
    post(cheap)
    post(a_plan(organization, "dearest", amount_cents=9000))
    assert chain(organization) == [("dear", "terminated"), ("cheap", "canceled"), ("dearest", "active")]


def test_the_current_plan_changes_nothing_about_the_one_that_waits(organization, cheap, dear):
    current = post(dear, NOW)
    post(cheap)
    assert post(dear) == current
    assert chain(organization) == [("dear", "active"), ("cheap", "pending")]


def test_a_waiting_plan_can_be_canceled_which_updates_the_current_one(organization, cheap, dear, announced):
    current = post(dear, NOW)
    post(cheap)
    waiting = Subscription.objects.get(status="pending")
    cancel_subscription(subscription=waiting, at=LATER)
    assert chain(organization) == [("dear", "active"), ("cheap", "canceled")]
    assert announced(signals.subscription_updated)[-1]["subscriptions"] == [current]


def test_an_end_comes_before_a_downgrade_of_the_same_day(organization, cheap, dear):
    post(dear, NOW, ending_at=instant("2024-02-01T12:00:00Z"))
    post(cheap)
    at = instant("2024-02-01T13:00:00Z")
    assert switch_due_downgrades(organization=organization, at=at) == 0
    terminate_ended_subscriptions(organization=organization, at=at)
    assert chain(organization) == [("dear", "terminated"), ("cheap", "canceled")]


def test_the_deletion_of_the_plan_that_waits_leaves_the_current_one(organization, cheap, dear):
    post(dear, NOW)
    post(cheap)
    delete_plan(plan=cheap, at=LATER)
    assert chain(organization) == [("dear", "active"), ("cheap", "canceled")]


def test_a_moved_time_zone_moves_the_downgrade(organization, cheap, dear):
    post(dear, NOW)
    post(cheap)
    customer = a_customer(organization, "c", timezone="Asia/Tokyo")
    reschedule_subscriptions(customers=type(customer).objects.filter(pk=customer.pk))
    # 1 February begins in Tokyo at 15:00 UTC of the day before.
    assert switch_due_downgrades(organization=organization, at=instant("2024-01-31T15:00:00Z")) == 1


def test_downgrades_are_switched_in_a_constant_number_of_statements(organization, cheap, dear):
    counts = []
    for number in (2, 6):
        for index in range(number):
            for plan in (dear, cheap):
                create_subscription(
                    organization=organization,
                    at=NOW,
                    external_customer_id=f"{number}-{index}",
                    plan_code=plan.code,
                    external_id=f"{number}-{index}",
                )
        with CaptureQueriesContext(connection) as captured:
            assert switch_due_downgrades(organization=organization, at=instant("2024-02-01")) == number
        counts.append(len(captured))
    assert counts[0] == counts[1]


# --- Before the start ---


def test_a_subscription_that_has_not_started_just_gets_the_other_plan(organization, cheap, dear, announced):
    waiting = post(cheap, NOW, subscription_at=instant("2024-03-01"))
    assert post(dear).pk == waiting.pk
    assert chain(organization) == [("dear", "pending")]
    assert len(announced(signals.subscription_updated)) == 1
