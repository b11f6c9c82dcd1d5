"""A payment is never taken twice: whoever dies, whoever comes at once, in whatever order Stripe tells of it."""

import pytest

from invoices.models import Invoice, Payment, PaymentClaim, PaymentReceipt, ProviderMessage
from invoices.providers import ProviderRefused
from invoices.services.payment import Part, record_payment
from invoices.services.void import void_invoice
from tests.support.collecting import a_method, collect, follow, intent_of, tell
from tests.support.invoices import an_invoice
from tests.support.parallel import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice(customer, provider):
    a_method(customer, provider)
    return an_invoice(customer, 10000)


def pay_by_hand(invoice, cents):
    organization = invoice.organization
    record_payment(organization=organization, parts=[Part(invoice.id, cents)], reference="bank", at=organization.now())


def is_paid(invoice):
    invoice.refresh_from_db()
    return invoice.payment_status == "succeeded" and invoice.total_paid_amount_cents == 10000


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_take_it_once(stripe, invoice):
    first, second = at_once(lambda: collect(invoice), lambda: collect(invoice))

    assert stripe.taken == 10000
    assert [payment for payment in (first, second) if payment] == list(Payment.objects.all())
    assert is_paid(invoice)
    assert not PaymentClaim.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_event_at_once_counts_once(stripe, organization, invoice):
    stripe.hangs_up_on = "/confirm"
    with pytest.raises(ProviderRefused):
        collect(invoice)
    told = intent_of(Payment.objects.get(), "succeeded")

    at_once(*[lambda: tell(organization, "payment_intent.succeeded", told)] * 3)

    assert is_paid(invoice)
    assert (ProviderMessage.objects.count(), PaymentReceipt.objects.count()) == (1, 1)


@pytest.mark.parametrize("station", ["/payment_intents", "/confirm"])
def test_who_dies_after_the_call_finds_out_what_came_of_it(stripe, invoice, station):
    stripe.hangs_up_on = station
    with pytest.raises(ProviderRefused):
        collect(invoice)
    (pending,) = Payment.objects.all()
    stripe.hangs_up_on = ""
    # Stripe forgets idempotency keys after a day.
    stripe.answers.clear()

    assert follow(pending).payment_status == "succeeded"

    assert stripe.taken == 10000
    assert is_paid(invoice)


def test_a_failure_told_after_the_success_changes_nothing(stripe, organization, invoice):
    payment = collect(invoice)

    tell(organization, "payment_intent.payment_failed", intent_of(payment, "requires_payment_method"))
    tell(organization, "payment_intent.processing", intent_of(payment, "processing"))

    assert is_paid(invoice)


def test_a_success_told_after_the_failure_counts(stripe, organization, invoice):
    stripe.declines = True
    payment = collect(invoice)

    tell(organization, "payment_intent.processing", intent_of(payment, "processing"))
    assert Payment.objects.get().payment_status == "failed"
    tell(organization, "payment_intent.succeeded", intent_of(payment, "succeeded"))

    assert is_paid(invoice)


def test_what_was_paid_by_hand_meanwhile_is_not_taken(stripe, invoice):
    stripe.is_down = True
    with pytest.raises(ProviderRefused):
        collect(invoice)
    stripe.is_down = False
    pay_by_hand(invoice, 10000)

    withdrawn = follow(Payment.objects.get(payment_type="provider"))

    assert (withdrawn.payment_status, stripe.taken) == ("failed", 0)
    assert is_paid(invoice)
    assert not PaymentClaim.objects.exists()


def test_only_what_is_due_now_is_taken(stripe, invoice):
    stripe.is_down = True
    with pytest.raises(ProviderRefused):
        collect(invoice)
    stripe.is_down = False
    pay_by_hand(invoice, 2000)

    payment = collect(invoice)

    # 100.00 − 20.00
    assert (payment.amount_cents, stripe.taken) == (8000, 8000)
    assert is_paid(invoice)


def test_a_page_is_closed_before_the_card_is_asked(stripe, api, invoice):
    api.post(f"/invoices/{invoice.id}/payment_url")
    (page,) = stripe.kept

    collect(invoice)

    assert stripe.kept[page]["status"] == "expired"
    assert stripe.taken == 10000
    assert is_paid(invoice)


def test_who_pays_on_the_page_in_the_last_moment_pays_once(stripe, api, invoice):
    api.post(f"/invoices/{invoice.id}/payment_url")
    (page,) = stripe.kept
    stripe.pay_page(page)

    collect(invoice)

    assert stripe.taken == 10000
    assert is_paid(invoice)


def test_a_page_of_a_voided_invoice_is_closed(stripe, api, invoice):
    api.post(f"/invoices/{invoice.id}/payment_url")
    (page,) = stripe.kept
    void_invoice(invoice=invoice, at=invoice.organization.now())

    follow(Payment.objects.get())

    assert stripe.kept[page]["status"] == "expired"
    assert not PaymentClaim.objects.exists()


def test_money_that_came_in_twice_all_the_same_is_seen(stripe, organization, invoice):
    stripe.declines = True
    refused = collect(invoice)
    pay_by_hand(invoice, 10000)

    tell(organization, "payment_intent.succeeded", intent_of(refused, "succeeded"))

    assert Invoice.objects.get().total_paid_amount_cents == 20000


def test_one_payment_at_a_time_claims_an_invoice(stripe, api, invoice):
    stripe.wants_action = True
    collect(invoice)

    refused = api.post(f"/invoices/{invoice.id}/retry_payment", expect=405)

    assert refused["code"] == "payment_processor_is_currently_handling_payment"
    (claim,) = PaymentClaim.objects.all()
    with pytest.raises(Exception, match="payment_claim_once_per_invoice"):
        PaymentClaim.objects.create(invoice=invoice, payment=claim.payment)
