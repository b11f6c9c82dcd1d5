"""Webhook endpoints and messages on the wire."""

import pytest

from customers.webhooks import announce
from customers.wire.webhook import webhook_endpoint_wire, webhook_message_wire
from tests.support.builders import an_organization
from tests.support.golden import assert_golden
from tests.support.webhooks import an_endpoint

pytestmark = pytest.mark.django_db


def test_an_endpoint():
    endpoint = an_endpoint(an_organization(), name="App", event_types=["invoice.created", "invoice.voided"])
    assert_golden("webhook_endpoint", webhook_endpoint_wire(endpoint))


def test_a_message():
    organization = an_organization()
    an_endpoint(organization)
    announce("wallet.created", lambda: [{"name": "W"}], organization_id=organization.id, at=organization.now())
    shown = webhook_message_wire(organization.webhook_messages.get())
    # jsonb has an order of its own.
    shown["payload"] = dict(sorted(shown["payload"].items()))
    assert_golden("webhook_message", shown)
