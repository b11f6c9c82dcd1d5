"""What webhooks tell of payment providers."""

import pytest

from invoices.models import PaymentMethod
from invoices.providers import ProviderRefused
from invoices.services.collection import collect_request
from invoices.services.payment_method import label_method, open_account
from invoices.services.payment_request import create_payment_request
from invoices.services.provider import check_provider
from tests.support.builders import a_customer
from tests.support.collecting import a_method, collect, make_overdue, tell
from tests.support.invoices import an_invoice
from tests.support.webhooks import an_endpoint, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def endpoint(organization):
    return an_endpoint(organization)


def test_a_refused_card(stripe, organization, customer, provider):
    a_method(customer, provider)
    invoice = an_invoice(customer)
    stripe.declines = True

    payment = collect(invoice)
    tell(organization, "payment_intent.payment_failed", {**stripe.kept[payment.provider_payment_id]})

    (message,) = told(organization, "invoice.payment_failure")
    assert message["payment_provider_invoice_payment_error"] == {
        "lago_invoice_id": str(invoice.id),
        "lago_customer_id": str(customer.id),
        "external_customer_id": "acme",
        "provider_customer_id": "cus_1",
        "payment_provider": "stripe",
        "payment_provider_code": "stripe_eu",
        "provider_error": {"message": "Declined.", "error_code": "stolen"},
    }


def test_a_payment_request_is_collected_in_one_payment_or_refused(stripe, organization, customer, provider):
    a_method(customer, provider)
    invoices = [an_invoice(customer, cents) for cents in (14900, 600)]
    make_overdue(organization)
    asked = create_payment_request(
        organization=organization,
        external_customer_id="acme",
        invoice_ids=[invoice.id for invoice in invoices],
        at=organization.now(),
    )
    stripe.declines = True
    collect_request(payment_request_id=asked.id, at=organization.now())
    (message,) = told(organization, "payment_request.payment_failure")
    error = message["payment_provider_payment_request_payment_error"]
    assert (error["lago_payment_request_id"], len(error["lago_invoice_ids"])) == (str(asked.id), 2)
    stripe.declines = False

    payment = collect_request(payment_request_id=asked.id, at=organization.now())

    # 149.00 + 6.00
    assert (payment.amount_cents, stripe.taken) == (15500, 15500)
    asked.refresh_from_db()
    assert asked.payment_status == "succeeded"


def test_an_account_that_was_asked_for(stripe, organization, provider):
    customer = a_customer(organization, "new", payment_provider="stripe", sync_with_provider=True)

    open_account(customer=customer, at=organization.now())

    (created,) = told(organization, "customer.payment_provider_created")
    assert created["customer"]["billing_configuration"]["provider_customer_id"] == customer.provider_customer_id
    (page,) = told(organization, "customer.checkout_url_generated")
    shown = page["payment_provider_customer_checkout_url"]
    assert shown["checkout_url"].startswith("https://pay.stripe.test/")


def test_a_key_that_is_not_taken(stripe, organization, provider):
    assert check_provider(provider=provider, at=organization.now()) == "Acme"
    stripe.refuses_the_key = True

    with pytest.raises(ProviderRefused):
        check_provider(provider=provider, at=organization.now())
    customer = a_customer(organization, "new", payment_provider="stripe", sync_with_provider=True)
    open_account(customer=customer, at=organization.now())

    (message,) = told(organization, "payment_provider.error")
    assert message["payment_provider_error"]["payment_provider_code"] == "stripe_eu"
    (refused,) = told(organization, "customer.payment_provider_error")
    assert refused["payment_provider_customer_error"]["external_customer_id"] == "new"


def test_a_method_has_a_name_and_goes_when_the_provider_says_so(stripe, organization, customer, provider):
    method = a_method(customer, provider)

    assert str(label_method(method=method, at=organization.now())) == "Visa •••• 4242"
    tell(organization, "payment_method.detached", {"id": "pm_1", "object": "payment_method"})
    assert PaymentMethod.objects.get().deleted_at == organization.now()
