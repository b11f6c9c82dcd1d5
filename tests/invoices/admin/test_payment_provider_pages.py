"""Payment providers in the console: keys go in and never come out."""

import pytest

from invoices.models import PaymentProvider
from tests.support.builders import an_organization
from tests.support.console import Console

pytestmark = pytest.mark.django_db


def test_a_provider_is_set_up_and_its_keys_are_never_shown():
    organization = an_organization()
    console = Console(organization)

    console.submit("invoices_paymentprovider_add", name="Stripe EU", code="stripe_eu", secret_key="sk_test_secret")
    provider = PaymentProvider.objects.get()
    console.submit("invoices_paymentprovider_change", provider.pk, name="Stripe", webhook_secret="whsec_1")

    provider.refresh_from_db()
    assert (provider.name, provider.secret_key, provider.webhook_secret) == ("Stripe", "sk_test_secret", "whsec_1")
    page = console.show(provider)
    assert "sk_test_secret" not in page
    assert f"/webhooks/stripe/{organization.pk}?code=stripe_eu" in page
    assert "stripe_eu" in console.open("invoices_paymentprovider_changelist")
