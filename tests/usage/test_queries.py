"""What the console asks about events."""

import pytest

from customers.models import Customer
from tests.support.builders import START, a_customer, an_organization
from tests.support.usage import a_metric, an_event, send
from usage.models import UsageEvent
from usage.queries import last_received, unmatched_events
from usage.rollup import roll

pytestmark = pytest.mark.django_db


def test_unmatched_events_are_counted_with_the_reason() -> None:
    organization = an_organization()
    a_metric(organization)
    a_customer(organization, "subscribed")
    send(
        organization,
        an_event(external_subscription_id="subscribed"),
        an_event(external_subscription_id="nobody"),
        *(an_event("seats", external_subscription_id="nobody") for _ in range(3)),
        *(an_event("seats", external_subscription_id="subscribed") for _ in range(2)),
    )
    roll()
    # Any one-column query will do; usage does not know subscriptions.
    known = Customer.objects.filter(organization=organization).values_list("external_id")
    assert [(row.events_count, row.reason) for row in unmatched_events(organization.id, known)] == [
        (3, 'No billable metric has the code "seats", and no subscription has the external id "nobody"'),
        (2, 'No billable metric has the code "seats"'),
        (1, 'No subscription has the external id "nobody"'),
    ]


def test_a_stream_knows_when_its_latest_event_was_received() -> None:
    organization = an_organization()
    send(organization, an_event(external_subscription_id="a"), an_event(external_subscription_id="b"))
    assert last_received(organization.id, ["a", "b", "c"]) == {"a": START, "b": START}


def test_properties_are_kept_in_the_table_as_sent() -> None:
    event = an_event(value="1.50", properties={"region": "eu"})
    send(an_organization(), event)
    assert UsageEvent.objects.get(transaction_id=event["transaction_id"]).properties == {
        "value": "1.50",
        "region": "eu",
    }
