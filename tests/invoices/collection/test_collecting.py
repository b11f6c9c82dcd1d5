"""Money taken by a payment provider, against a stand-in for Stripe that answers over HTTP."""

import pytest
from django.db import transaction
from django.db.utils import IntegrityError

from billing_site.kernel.sealed import unseal
from invoices.models import Invoice, Payment, PaymentMethod, PaymentProvider, PaymentReceipt
from invoices.providers import ProviderRefused
from invoices.services.payment_method import set_default_method
from invoices.services.provider import update_provider
from tests.support.builders import a_customer, an_organization
from tests.support.collecting import a_method, collect, tell
from tests.support.invoices import an_invoice

pytestmark = pytest.mark.django_db


def test_what_is_due_is_taken_from_the_saved_card(stripe, customer, provider):
    a_method(customer, provider)
    invoice = an_invoice(customer, 10000)

    payment = collect(invoice)

    assert stripe.paths == ["/v1/payment_intents", f"/v1/payment_intents/{payment.provider_payment_id}/confirm"]
    _, form, key = stripe.asked[0]
    assert (form["amount"], form["currency"], form["customer"]) == ("10000", "eur", "cus_1")
    assert (form["payment_method"], stripe.asked[1][1]["off_session"]) == ("pm_1", "true")
    assert form["metadata[meterbook_payment_id]"] == str(payment.id)
    assert key == f"meterbook-payment-{payment.id}"
    invoice.refresh_from_db()
    assert (invoice.payment_status, invoice.total_paid_amount_cents) == ("succeeded", 10000)
    assert (payment.payment_type, payment.payment_status, payment.provider_code) == (
        "provider",
        "succeeded",
        "stripe_eu",
    )
    assert PaymentReceipt.objects.get().payment == payment


def test_collecting_twice_takes_it_once(stripe, customer, provider):
    a_method(customer, provider)
    invoice = an_invoice(customer)

    collect(invoice)

    assert collect(invoice) is None
    assert stripe.taken == 10000
    assert Payment.objects.count() == 1


def test_who_was_cut_short_asks_for_the_same_payment_again(stripe, customer, provider):
    a_method(customer, provider)
    invoice = an_invoice(customer)
    stripe.is_down = True
    with pytest.raises(ProviderRefused):
        collect(invoice)
    (pending,) = Payment.objects.all()
    assert pending.payment_status == "pending"
    stripe.is_down = False

    again = collect(invoice)

    assert (again, again.payment_status) == (pending, "succeeded")
    prepared = {key for path, _, key in stripe.asked if path == "/v1/payment_intents"}
    assert prepared == {f"meterbook-payment-{pending.id}"}


def test_a_refused_card_is_a_failed_payment_and_another_try_a_new_one(stripe, customer, provider, api):
    a_method(customer, provider)
    invoice = an_invoice(customer)
    stripe.declines = True

    failed = collect(invoice)

    assert (failed.payment_status, failed.failure_reason) == ("failed", "Declined.")
    assert Invoice.objects.get().payment_status == "failed"
    stripe.declines = False
    assert api.post(f"/invoices/{invoice.id}/retry_payment") is None
    assert collect(invoice).id != failed.id
    assert Invoice.objects.get().payment_status == "succeeded"
    assert api.post(f"/invoices/{invoice.id}/retry_payment", expect=405)["code"] == "invalid_payment_status"


def test_without_a_key_a_provider_or_a_card_nothing_is_asked(stripe, organization, customer, provider):
    invoice = an_invoice(customer)
    assert collect(invoice) is None
    plain = an_invoice(a_customer(organization, "plain"))
    assert collect(plain) is None
    a_method(customer, provider)
    provider.change(at=organization.now(), sealed_secret_key="")
    assert collect(invoice) is None
    assert stripe.asked == []


def test_the_provider_tells_what_came_of_a_payment(stripe, organization, customer, provider):
    a_method(customer, provider)
    invoice = an_invoice(customer, 10000)
    stripe.is_down = True
    with pytest.raises(ProviderRefused):
        collect(invoice)
    (payment,) = Payment.objects.all()
    told = {
        "id": "pi_9",
        "object": "payment_intent",
        "status": "succeeded",
        "metadata": {"meterbook_payment_id": str(payment.id)},
    }

    for _ in range(2):
        tell(organization, "payment_intent.succeeded", told)

    payment.refresh_from_db()
    assert (payment.payment_status, payment.provider_payment_id) == ("succeeded", "pi_9")
    assert Invoice.objects.get().total_paid_amount_cents == 10000
    assert PaymentReceipt.objects.count() == 1


def test_forged_and_foreign_events_do_nothing(organization, provider):
    intent = {"id": "pi_9", "object": "payment_intent", "status": "succeeded", "metadata": {}}

    tell(organization, "payment_intent.succeeded", intent, secret="whsec_other", expect=401)
    tell(organization, "payment_intent.succeeded", intent)
    tell(organization, "payment_intent.succeeded", {**intent, "metadata": {"meterbook_payment_id": "nonsense"}})
    tell(organization, "customer.created", {"id": "cus_2", "object": "customer"})
    tell(an_organization("Other"), "payment_intent.succeeded", intent, expect=404)
    assert not Payment.objects.exists()


def test_a_lost_dispute_is_noted_on_the_invoice(stripe, organization, customer, provider):
    a_method(customer, provider)
    payment = collect(an_invoice(customer))

    lost = {"id": "dp_1", "object": "dispute", "status": "lost", "payment_intent": payment.provider_payment_id}
    tell(organization, "charge.dispute.closed", lost)

    assert Invoice.objects.get().payment_dispute_lost_at == organization.now()


def test_a_card_is_saved_on_the_providers_page(stripe, organization, api, customer, provider):
    shown = api.post("/customers/acme/checkout_url")["customer"]
    assert shown["checkout_url"].startswith("https://pay.stripe.test/")
    assert stripe.asked[0][1]["mode"] == "setup"

    saved = {"id": "seti_1", "object": "setup_intent", "customer": "cus_1", "payment_method": "pm_7"}
    for _ in range(2):
        tell(organization, "setup_intent.succeeded", saved)

    (method,) = api.get("/customers/acme/payment_methods")["payment_methods"]
    assert (method["provider_method_id"], method["is_default"]) == ("pm_7", True)
    assert (method["payment_provider_code"], method["payment_provider_type"]) == ("stripe_eu", "stripe")


def test_an_account_is_opened_when_it_is_needed_first(stripe, organization, provider, api):
    a_customer(organization, "new", name="New Ltd", email="a@new.test,b@new.test", payment_provider="stripe")

    api.post("/customers/new/checkout_url")

    path, form, _ = stripe.asked[0]
    assert (path, form["name"], form["email"]) == ("/v1/customers", "New Ltd", "a@new.test")
    assert organization.customers.get(external_id="new").provider_customer_id == "customers_1"


def test_an_invoice_is_paid_on_the_providers_page(stripe, organization, api, customer, provider):
    invoice = an_invoice(customer, 10000)

    details = api.post(f"/invoices/{invoice.id}/payment_url")["invoice_payment_details"]

    assert details["payment_url"].startswith("https://pay.stripe.test/")
    (payment,) = Payment.objects.all()
    assert (payment.payment_status, payment.amount_cents) == ("pending", 10000)
    assert stripe.asked[0][1]["payment_intent_data[metadata][meterbook_payment_id]"] == str(payment.id)


def test_without_a_provider_there_is_no_page(organization, api):
    invoice = an_invoice(a_customer(organization, "plain"))

    for path in ("/customers/plain/checkout_url", f"/invoices/{invoice.id}/payment_url"):
        assert api.post(path, expect=422)["error_details"] == {"base": ["no_linked_payment_provider"]}
    assert api.post(f"/invoices/{invoice.id}/retry_payment") is None


def test_methods_are_chosen_and_forgotten(stripe, api, customer, provider):
    first, second = a_method(customer, provider), a_method(customer, provider, "pm_2")
    base = "/customers/acme/payment_methods"

    chosen = api.put(f"{base}/{second.id}/set_as_default")["payment_method"]
    assert chosen["is_default"]
    shown = [(each["provider_method_id"], each["is_default"]) for each in api.get(base)["payment_methods"]]
    assert shown == [("pm_2", True), ("pm_1", False)]
    api.delete(f"{base}/{first.id}")
    assert stripe.paths == ["/v1/payment_methods/pm_1/detach"]
    assert [each["provider_method_id"] for each in api.get(base)["payment_methods"]] == ["pm_2"]
    api.delete(f"{base}/{first.id}", expect=404)


def test_what_the_provider_refuses_is_told(stripe, api, customer, provider):
    stripe.is_down = True

    refused = api.post("/customers/acme/checkout_url", expect=422)

    assert (refused["code"], refused["provider"]) == ("provider_error", {"code": "stripe"})


def test_keys_are_sealed(organization, provider):
    assert "sk_test_1" not in provider.sealed_secret_key
    assert provider.secret_key == "sk_test_1"
    update_provider(provider=provider, at=organization.now(), name="Other", secret_key="")
    assert (provider.name, provider.secret_key) == ("Other", "sk_test_1")
    assert unseal("nonsense") == ""


class TestProtections:
    """What the database refuses, whatever the code does."""

    def test_one_default_method_and_each_once(self, customer, provider, organization):
        method = a_method(customer, provider)
        set_default_method(method=method, at=organization.now())
        values = {
            field.attname: getattr(method, field.attname)
            for field in PaymentMethod._meta.concrete_fields
            if field.name != "id"
        }
        with pytest.raises(IntegrityError, match="payment_method_once"), transaction.atomic():
            PaymentMethod.objects.create(**{**values, "is_default": False})
        with pytest.raises(IntegrityError, match="payment_method_one_default"), transaction.atomic():
            PaymentMethod.objects.create(**{**values, "provider_method_id": "pm_3"})

    def test_a_providers_code_is_its_own_and_its_type_known(self, provider, organization):
        with pytest.raises(IntegrityError, match="payment_provider_code_unique"), transaction.atomic():
            PaymentProvider.objects.create(
                organization=organization, code="stripe_eu", name="x", created_at=organization.now()
            )
        with pytest.raises(IntegrityError, match="payment_provider_provider_type_known"), transaction.atomic():
            PaymentProvider.objects.update(provider_type="barter")
