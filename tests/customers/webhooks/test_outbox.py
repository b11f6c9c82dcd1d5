"""What is written when something is announced, and for whom."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from customers.models import Organization, WebhookDelivery, WebhookMessage
from customers.webhooks import announce
from tests.support.builders import an_organization
from tests.support.webhooks import an_endpoint, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def live() -> Organization:
    return an_organization(sandbox=False)


def tell(organization: Organization, *objects: dict[str, Any], webhook_type: str = "customer.created") -> None:
    announce(webhook_type, lambda: objects, organization_id=organization.id, at=organization.now())


def test_a_message_says_what_happened_to_what(live):
    an_endpoint(live)
    tell(live, {"lago_id": "1"})
    assert told(live) == [
        {
            "webhook_type": "customer.created",
            "object_type": "customer",
            "organization_id": str(live.id),
            "customer": {"lago_id": "1"},
        }
    ]


def test_nothing_is_rendered_and_nothing_written_when_nobody_listens(live, django_assert_num_queries):
    def rendered() -> Any:
        raise AssertionError("nobody listens")

    with django_assert_num_queries(1):
        announce("customer.created", rendered, organization_id=live.id, at=live.now())
    assert told(live) == []


def test_a_sandbox_keeps_its_messages_without_an_endpoint():
    sandbox = an_organization()
    tell(sandbox, {"lago_id": "1"})
    assert len(told(sandbox)) == 1
    assert not WebhookDelivery.objects.exists()


def test_an_endpoint_is_told_what_it_asked_for(live):
    everything = an_endpoint(live, "https://a.example.com", event_types=["*"])
    customers = an_endpoint(live, "https://b.example.com", event_types=["customer.created"])
    an_endpoint(live, "https://c.example.com", event_types=["plan.created"])
    tell(live, {"lago_id": "1"})
    assert set(WebhookDelivery.objects.values_list("endpoint", flat=True)) == {everything.pk, customers.pk}


def test_other_organizations_are_not_told(live):
    an_endpoint(an_organization(sandbox=False))
    tell(live, {"lago_id": "1"})
    assert not WebhookMessage.objects.exists()


def test_a_thousand_messages_to_two_endpoints_take_as_many_statements_as_one(live, django_assert_max_num_queries):
    an_endpoint(live, "https://a.example.com")
    an_endpoint(live, "https://b.example.com")
    # Who listens, and the task with its savepoint; COPY is not counted.
    with django_assert_max_num_queries(4):
        tell(live, *({"lago_id": str(number)} for number in range(1000)))
    assert WebhookMessage.objects.count() == 1000
    assert WebhookDelivery.objects.count() == 2000


def test_what_is_undone_was_never_told(live):
    an_endpoint(live)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(live, {"lago_id": "1"})
        _ = 1 / 0
    assert told(live) == []


class TestConstraints:
    def test_a_message_goes_to_an_endpoint_once(self, live):
        an_endpoint(live)
        tell(live, {"lago_id": "1"})
        first = WebhookDelivery.objects.get()
        with pytest.raises(IntegrityError, match="webhook_delivery_once_per_endpoint"):
            WebhookDelivery.objects.create(
                message=first.message, endpoint=first.endpoint, next_attempt_at=first.next_attempt_at
            )

    def test_what_waits_knows_until_when(self, live):
        an_endpoint(live)
        tell(live, {"lago_id": "1"})
        with pytest.raises(IntegrityError, match="webhook_delivery_pending_has_next_attempt"):
            WebhookDelivery.objects.update(next_attempt_at=None)

    def test_what_is_delivered_waits_for_nothing(self, live):
        an_endpoint(live)
        tell(live, {"lago_id": "1"})
        with pytest.raises(IntegrityError, match="webhook_delivery_pending_has_next_attempt"):
            WebhookDelivery.objects.update(status="succeeded")


def test_a_message_has_a_payload_or_names_its_object(live):
    with pytest.raises(IntegrityError, match="webhook_message_has_payload_or_object"), transaction.atomic():
        WebhookMessage.objects.create(
            organization=live, webhook_type="plan.created", object_type="plan", created_at=live.now()
        )
