"""The end of a subscription is announced 45 and 15 days before."""

import pytest

from customers.models import Organization
from plans.periods import termination_alert_at
from plans.services.subscription import update_subscription
from tests.support.billing import bill
from tests.support.builders import an_organization
from tests.support.clock import instant
from tests.support.plans import a_subscription
from tests.support.webhooks import told

END = instant("2024-03-31T12:00:00")


@pytest.mark.parametrize(
    ("after", "alert"),
    [
        ("2024-01-01", "2024-02-15"),
        ("2024-02-14T23:59:59", "2024-02-15"),
        ("2024-02-15", "2024-03-16"),
        ("2024-03-15", "2024-03-16"),
    ],
)
def test_the_next_alert(after, alert):
    # 2024 has a 29 February: 31 March is 45 days after 15 February.
    assert termination_alert_at(END, after=instant(after)) == instant(alert)


def test_there_is_none_in_the_last_days_and_without_an_end():
    assert termination_alert_at(END, after=instant("2024-03-16")) is None
    assert termination_alert_at(None, after=instant("2024-03-16")) is None


@pytest.fixture
def organization() -> Organization:
    return an_organization(at=instant("2024-01-01"))


def alerts(organization: Organization, until: str) -> int:
    bill(organization, at=instant(until))
    return len(told(organization, "subscription.termination_alert"))


@pytest.mark.django_db
class TestAlerts:
    def test_each_is_sent_once(self, organization):
        a_subscription(organization, ending_at=END)
        days = ("2024-02-14", "2024-02-15", "2024-02-16", "2024-03-16", "2024-03-17", "2024-04-01")
        assert [alerts(organization, day) for day in days] == [0, 1, 1, 2, 2, 2]

    def test_an_end_that_moves_is_announced_again(self, organization):
        subscription = a_subscription(organization, ending_at=END)
        assert alerts(organization, "2024-02-15") == 1
        update_subscription(subscription=subscription, ending_at=instant("2024-05-31"), at=organization.now())
        # 45 days before 31 May
        assert [alerts(organization, day) for day in ("2024-03-16", "2024-04-16")] == [1, 2]

    def test_what_has_no_end_is_not_announced(self, organization):
        subscription = a_subscription(organization, ending_at=END)
        update_subscription(subscription=subscription, ending_at=None, at=organization.now())
        assert alerts(organization, "2024-04-01") == 0
