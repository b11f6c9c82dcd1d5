"""A customer of an organization with Stripe, which a stand-in answers for."""

from collections.abc import Iterator
from typing import Any

import pytest

from customers.models import Customer, Organization
from invoices.models import PaymentProvider
from invoices.services.provider import create_provider
from tests.support.api import ApiClient
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.stripe import WEBHOOK_SECRET, Stripe, a_stripe


@pytest.fixture
def stripe(settings: Any) -> Iterator[Stripe]:
    with a_stripe() as stand_in:
        settings.STRIPE_API_URL = stand_in.url
        yield stand_in


@pytest.fixture
def organization() -> Organization:
    return an_organization(at=instant("2024-03-10"))


@pytest.fixture
def provider(organization: Organization) -> PaymentProvider:
    return create_provider(
        organization=organization,
        code="stripe_eu",
        name="Stripe EU",
        secret_key="sk_test_1",
        webhook_secret=WEBHOOK_SECRET,
        at=organization.now(),
    )


@pytest.fixture
def customer(organization: Organization, provider: PaymentProvider) -> Customer:
    return a_customer(
        organization, "acme", email="pay@acme.test", payment_provider="stripe", provider_customer_id="cus_1"
    )


@pytest.fixture
def api(organization: Organization) -> ApiClient:
    return ApiClient(organization)
