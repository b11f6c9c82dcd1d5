"""Customers go to the payment provider's own pages, where there is a provider."""

import pytest

from invoices.models import Payment
from invoices.services.provider import create_provider
from tests.portal.visitor import Visitor
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.collecting import a_method
from tests.support.invoices import an_invoice
from tests.support.stripe import a_stripe

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    values = {"document_locale": "en", "payment_provider": "stripe", "provider_customer_id": "cus_1"}
    return a_customer(an_organization(at=instant("2024-03-10")), "acme", **values)


def a_provider(customer):
    organization = customer.organization
    return create_provider(organization=organization, code="s", name="S", secret_key="sk_1", at=organization.now())


def test_without_a_provider_nothing_of_it_is_shown(customer):
    invoice = an_invoice(customer)
    visitor = Visitor(customer)

    assert "Pay now" not in visitor.text(f"invoices/{invoice.id}")
    assert "Save a card" not in visitor.text("")


def test_what_is_due_can_be_paid_and_a_card_saved(customer, settings):
    a_method(customer, a_provider(customer))
    invoice = an_invoice(customer)
    visitor = Visitor(customer)
    assert "Pay now" in visitor.text(f"invoices/{invoice.id}")
    assert "Save a card" in visitor.text("")
    with a_stripe() as stripe:
        settings.STRIPE_API_URL = stripe.url
        for page in (f"invoices/{invoice.id}/pay", "card"):
            assert visitor.get(page, expect=302)["Location"].startswith("https://pay.stripe.test/")
    assert Payment.objects.get().on_page


def test_a_page_that_there_is_not_now_is_told_kindly(customer, settings):
    a_provider(customer)
    invoice = an_invoice(customer)
    with a_stripe() as stripe:
        settings.STRIPE_API_URL, stripe.is_down = stripe.url, True
        assert b"not possible right now" in Visitor(customer).get(f"invoices/{invoice.id}/pay", expect=409).content
