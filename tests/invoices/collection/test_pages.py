"""Pages of the provider: to pay on, one at a time for an invoice."""

import pytest

from invoices.models import Invoice, Payment, ProviderMessage
from tests.support.collecting import a_method, collect, follow, intent_of, tell
from tests.support.invoices import an_invoice
from tests.support.webhooks import an_endpoint, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice(customer):
    return an_invoice(customer, 10000)


@pytest.fixture
def url(api, invoice):
    def asked(expect=200):
        answer = api.post(f"/invoices/{invoice.id}/payment_url", expect=expect)
        return answer["invoice_payment_details"]["payment_url"] if expect == 200 else answer["code"]

    return asked


def status_of(invoice):
    return Invoice.objects.get(id=invoice.id).payment_status


def test_the_same_page_is_given_while_it_is_open(stripe, url):
    assert url() == url()
    (page,) = stripe.kept
    stripe.kept[page]["status"] = "expired"

    assert url() not in (stripe.kept[page]["url"], "")
    assert [payment.payment_status for payment in Payment.objects.order_by("id")] == ["failed", "pending"]


def test_a_refused_card_leaves_the_page_open_for_another_one(stripe, organization, invoice, url):
    url()
    payment = Payment.objects.get()
    why = {"last_payment_error": {"message": "Declined.", "code": "card_declined"}}

    tell(organization, "payment_intent.payment_failed", intent_of(payment, "requires_payment_method", **why))

    payment.refresh_from_db()
    assert (payment.payment_status, status_of(invoice)) == ("pending", "pending")
    (message,) = ProviderMessage.objects.all()
    assert (message.payment, message.said_status, message.said) == (payment, "failed", "Declined.")
    tell(organization, "payment_intent.succeeded", intent_of(payment, "succeeded"))
    assert status_of(invoice) == "succeeded"


def test_a_page_that_was_paid_is_found_out_without_any_event(stripe, url, invoice):
    url()
    stripe.pay_page(next(iter(stripe.kept)))

    assert url(expect=405) == "invalid_payment_status"
    assert status_of(invoice) == "succeeded"
    assert Payment.objects.get().provider_payment_id == "pi_page"


def test_an_expired_page_is_nobodys_failure(stripe, organization, url, invoice):
    url()
    payment = Payment.objects.get()
    page = {**stripe.kept[payment.page_id], "status": "expired"}

    tell(organization, "checkout.session.expired", page)

    payment.refresh_from_db()
    assert (payment.payment_status, status_of(invoice)) == ("failed", "pending")


def test_banks_may_take_days_and_refuse(stripe, organization, url, invoice):
    url()
    payment = Payment.objects.get()
    page = {**stripe.kept[payment.page_id], "status": "complete", "payment_status": "unpaid", "payment_intent": "pi_7"}

    tell(organization, "checkout.session.completed", page)
    payment.refresh_from_db()
    assert (payment.payment_status, payment.provider_payment_id) == ("pending", "pi_7")
    tell(organization, "checkout.session.async_payment_failed", page)
    assert status_of(invoice) == "failed"


def test_who_has_to_say_yes_can_pay_on_a_page_instead(stripe, organization, customer, provider, invoice, url):
    an_endpoint(organization)
    a_method(customer, provider)
    stripe.wants_action = True

    waiting = collect(invoice)

    assert (waiting.payment_status, waiting.requires_action) == ("pending", True)
    tell(organization, "payment_intent.requires_action", intent_of(waiting, "requires_action"))
    (message,) = told(organization, "payment.requires_action")
    assert message["payment"]["lago_id"] == str(waiting.id)
    assert message["payment"]["next_action"] == {
        "type": "redirect_to_url",
        "redirect_to_url": {"url": "https://bank.test/yes"},
    }
    assert url().startswith("https://pay.stripe.test/")
    assert stripe.kept[waiting.provider_payment_id]["status"] == "canceled"


def test_money_that_is_on_its_way_leaves_no_page(stripe, customer, provider, invoice, url):
    a_method(customer, provider)
    stripe.wants_action = True
    waiting = collect(invoice)
    stripe.kept[waiting.provider_payment_id]["status"] = "processing"

    assert url(expect=405) == "payment_processor_is_currently_handling_payment"
    stripe.kept[waiting.provider_payment_id]["status"] = "succeeded"
    assert follow(waiting).payment_status == "succeeded"


def test_a_page_that_could_not_be_opened_leaves_nothing_behind(stripe, url, invoice):
    stripe.is_down = True
    assert url(expect=422) == "provider_error"
    stripe.is_down = False

    assert url().startswith("https://pay.stripe.test/")


def test_what_is_paid_has_no_page(stripe, api, invoice, url):
    api.put(f"/invoices/{invoice.id}", {"invoice": {"payment_status": "succeeded"}})

    assert url(expect=405) == "invalid_payment_status"
