"""Which subscriptions a flush has looked at again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Organization
from invoices.models import UsageActivity
from invoices.services.usage_activity import note_events
from plans.models import Subscription
from tests.support.api import ApiClient
from tests.support.builders import START, an_organization
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric
from usage.ingest import EventRow, StoredFlush
from usage.models import UsageStream

pytestmark = pytest.mark.django_db

ALERT = {"alert_type": "current_usage_amount", "code": "alert", "thresholds": [{"value": 1000, "code": "first"}]}


def a_watched_flush(number: int) -> StoredFlush:
    """Of the first of two subscriptions that an alert watches; every organization names them alike."""
    organization = an_organization(at=START)
    plan = a_plan(organization, "plan", charges=[a_charge(a_metric(organization), "2")])
    for name in ("used", "unused"):
        a_subscription(organization, plan, name, external_customer_id="customer")
        ApiClient(organization).post(f"/subscriptions/{name}/alerts", {"alert": ALERT})
    UsageActivity.objects.all().delete()
    return StoredFlush(
        number, organization.id, START, [EventRow(a_stream(organization, "used"), "t", 1, 0, None, b"{}")]
    )


def a_stream(organization: Organization, name: str) -> int:
    return UsageStream.objects.create(organization=organization, external_subscription_id=name).id


def test_only_the_subscriptions_with_events_are_looked_at_again() -> None:
    first, second = a_watched_flush(1), a_watched_flush(2)
    # The other organization's subscription of that name has no event.
    note_events(flushes=[StoredFlush(3, first.organization_id, START, [])])
    assert not UsageActivity.objects.exists()
    note_events(flushes=[second])
    [seen] = UsageActivity.objects.all()
    assert seen.subscription == Subscription.objects.get(organization=second.organization_id, external_id="used")


def test_many_organizations_take_as_many_statements_as_one() -> None:
    flushes = [a_watched_flush(number) for number in range(5)]
    taken = []
    for some in (flushes[:1], flushes[1:]):
        with CaptureQueriesContext(connection) as captured:
            note_events(flushes=some)
        taken.append(len(captured))
    assert UsageActivity.objects.count() == len(flushes)
    assert taken[0] == taken[1]
