"""Webhooks in the console."""

from datetime import timedelta

import pytest

from billing_site.kernel.clock import wall_now
from customers.models import Organization, WebhookDelivery, WebhookEndpoint, WebhookMessage
from customers.webhooks import announce
from customers.webhooks.delivery import deliver
from customers.webhooks.retention import forget_old_messages
from tests.support.builders import an_organization
from tests.support.console import Console, an_operator
from tests.support.webhooks import a_receiver, an_endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(settings) -> Organization:
    settings.WEBHOOKS_TO_PRIVATE_ADDRESSES = True
    return an_organization(sandbox=False)


def tell(organization: Organization) -> None:
    announce("customer.created", lambda: [{"name": "Acme"}], organization_id=organization.id, at=organization.now())


def test_an_endpoint_is_added_changed_and_deleted(live):
    console = Console(live)
    form = {"webhook_url": "https://app.example.com/hooks", "signature_algo": "hmac"}
    console.submit("customers_webhookendpoint_add", **form)
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.event_types, endpoint.organization) == (None, live)
    assert endpoint.hmac_key in console.show(endpoint)
    console.submit("customers_webhookendpoint_edit", endpoint.pk, **form, event_types=["invoice.created"])
    endpoint.refresh_from_db()
    assert endpoint.event_types == ["invoice.created"]
    assert "app.example.com" in console.open("customers_webhookendpoint_changelist")
    console.press(endpoint, "delete")
    assert not WebhookEndpoint.objects.exists()


def test_the_key_is_hidden_from_those_who_only_look(live):
    endpoint = an_endpoint(live)
    reader = Console(live, an_operator("customers.view_webhookendpoint", username="reader"))
    assert endpoint.hmac_key not in reader.show(endpoint)


def test_a_message_with_its_deliveries_and_attempts(live):
    console = Console(live)
    with a_receiver(500) as receiver:
        endpoint = an_endpoint(live, receiver.url)
        tell(live)
        deliver()
    [message], [delivery] = WebhookMessage.objects.all(), WebhookDelivery.objects.all()
    assert "Acme" in console.show(message)
    assert "500" in console.show(delivery)
    assert "customer.created" in console.show(endpoint, tab="deliveries")
    assert "customer.created" in console.open("customers_webhookmessage_changelist", q="customer")
    assert "customer.created" in console.open("customers_webhookdelivery_changelist", status__exact="pending")


def test_a_message_is_sent_again(live):
    with a_receiver() as receiver:
        an_endpoint(live, receiver.url)
        tell(live)
        deliver()
        Console(live).press(WebhookDelivery.objects.get(), "resend")
        deliver()
    assert len(receiver.received) == 2


def test_others_see_nothing_of_it(live):
    endpoint = an_endpoint(live)
    tell(live)
    stranger = Console(an_organization("Other"))
    for row in (endpoint, WebhookMessage.objects.get(), WebhookDelivery.objects.get()):
        stranger.show(row, expect=404)


def test_messages_are_forgotten_after_ninety_days(live):
    an_endpoint(live)
    tell(live)
    forget_old_messages(now=wall_now() + timedelta(days=89))
    assert WebhookMessage.objects.count() == 1
    forget_old_messages(now=wall_now() + timedelta(days=91))
    assert not WebhookMessage.objects.exists()
    assert not WebhookDelivery.objects.exists()
