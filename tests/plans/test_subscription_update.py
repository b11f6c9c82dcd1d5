"""Changing subscriptions, and what a change does to the next billing day."""

import pytest

from billing_site.kernel.errors import ValidationFailed
from customers.services.billing_entity import update_billing_entity
from plans import signals
from plans.models import Subscription
from plans.queries import with_terms
from plans.services.subscription import schedule_next_billing, update_subscription
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.plans import a_plan, a_subscription

pytestmark = pytest.mark.django_db

NOW = instant("2024-01-15T10:00:00Z")


@pytest.fixture
def organization():
    return an_organization(at=NOW)


def loaded(subscription: Subscription) -> Subscription:
    return with_terms(Subscription.objects.all()).get(pk=subscription.pk)


def test_a_name_is_changed_and_announced(organization, announced):
    subscription = a_subscription(organization)
    assert update_subscription(subscription=subscription, at=NOW, name="New").name == "New"
    assert len(announced(signals.subscription_updated)) == 1


def test_an_end_takes_the_invoice_of_its_day_away_and_gives_it_back(organization):
    subscription = a_subscription(organization)
    ending = update_subscription(subscription=subscription, at=NOW, ending_at=instant("2024-02-01T12:00:00Z"))
    assert ending.next_billing_at == instant("2024-03-01")
    endless = update_subscription(subscription=subscription, at=instant("2024-01-20"), ending_at=None)
    assert endless.next_billing_at == instant("2024-02-01")


def test_an_overdue_invoice_stays_due_when_the_end_changes(organization):
    subscription = a_subscription(organization)
    late = instant("2024-02-03")
    changed = update_subscription(subscription=subscription, at=late, ending_at=instant("2024-06-10"))
    assert changed.next_billing_at == instant("2024-02-01")


def test_the_start_of_a_waiting_subscription_can_be_moved(organization):
    waiting = a_subscription(organization, subscription_at=instant("2024-03-01"))
    moved = update_subscription(subscription=waiting, at=NOW, subscription_at=instant("2024-04-01"))
    assert (moved.status, moved.subscription_at) == ("pending", instant("2024-04-01"))


def test_a_start_moved_into_the_past_starts_at_once(organization, announced):
    waiting = a_subscription(organization, subscription_at=instant("2024-03-01"))
    started = update_subscription(subscription=waiting, at=NOW, subscription_at=instant("2023-12-01"))
    assert (started.status, started.started_at) == ("active", instant("2023-12-01"))
    assert started.next_billing_at == instant("2024-02-01")
    assert len(announced(signals.subscription_started)) == 1


def test_the_start_of_a_running_subscription_stays(organization):
    running = a_subscription(organization)
    assert update_subscription(subscription=running, at=NOW, subscription_at=instant("2024-05-01")).started_at == NOW


def test_a_past_end_is_refused(organization):
    subscription = a_subscription(organization)
    with pytest.raises(ValidationFailed) as refusal:
        update_subscription(subscription=subscription, at=NOW, ending_at=instant("2024-01-01"))
    assert refusal.value.details == {"ending_at": ["invalid_date"]}


def test_a_billed_subscription_is_due_again_at_its_next_period(organization):
    monthly = loaded(a_subscription(organization))
    weekly = loaded(a_subscription(organization, a_plan(organization, interval="weekly")))
    schedule_next_billing(subscriptions=[monthly, weekly])
    assert loaded(monthly).next_billing_at == instant("2024-03-01")
    # 15 January 2024 is a Monday: due on the 22nd, then on the 29th.
    assert loaded(weekly).next_billing_at == instant("2024-01-29")


@pytest.mark.parametrize(
    ("timezone", "due_at"), [("Asia/Tokyo", "2024-01-31T15:00:00Z"), ("America/Bogota", "2024-02-01T05:00:00Z")]
)
def test_after_a_move_the_same_period_ends_at_the_new_midnight(organization, timezone, due_at):
    subscription = a_subscription(organization, external_customer_id="c")
    a_customer(organization, "c", timezone=timezone)
    assert loaded(subscription).next_billing_at == instant(due_at)


def test_customers_without_a_time_zone_move_with_their_billing_entity(organization):
    a_customer(organization, "own", timezone="America/Bogota")
    own = a_subscription(organization, external_customer_id="own")
    following = a_subscription(organization)
    entity = organization.billing_entities.get()
    update_billing_entity(billing_entity=entity, at=NOW, timezone="Asia/Tokyo")
    assert loaded(following).next_billing_at == instant("2024-01-31T15:00:00Z")
    assert loaded(own).next_billing_at == instant("2024-02-01T05:00:00Z")
