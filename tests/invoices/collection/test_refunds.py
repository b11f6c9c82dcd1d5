"""What a credit note refunds goes back through who took it, once."""

import pytest

from invoices.models import CreditNote, ProviderRefund
from invoices.providers import ProviderRefused
from invoices.services.payment import Part, record_payment
from invoices.services.refund import refund_credit_note
from tests.support.collecting import a_method, collect, tell
from tests.support.invoices import an_invoice
from tests.support.webhooks import an_endpoint, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice(stripe, customer, provider):
    a_method(customer, provider)
    return an_invoice(customer, 10000)


def refund(api, invoice, cents):
    item = {"fee_id": str(invoice.fees.get().id), "amount_cents": cents}
    asked = {"invoice_id": str(invoice.id), "refund_amount_cents": cents, "credit_amount_cents": 0, "items": [item]}
    made = api.post("/credit_notes", {"credit_note": asked})["credit_note"]
    return CreditNote.objects.get(id=made["lago_id"])


def make(note):
    return refund_credit_note(credit_note_id=note.id, at=note.organization.now())


def test_a_refund_goes_back_to_the_card(stripe, api, invoice):
    payment = collect(invoice)
    note = refund(api, invoice, 4000)

    make(note)
    assert make(note) == []

    (form,) = [form for path, form, key in stripe.asked if path == "/v1/refunds" and form.get("amount")]
    assert (form["payment_intent"], form["amount"]) == (payment.provider_payment_id, "4000")
    note.refresh_from_db()
    assert (note.refund_status, note.refunded_at) == ("succeeded", note.organization.now())


def test_who_dies_after_the_call_refunds_once(stripe, api, invoice):
    collect(invoice)
    note = refund(api, invoice, 4000)
    stripe.hangs_up_on = "/refunds"
    with pytest.raises(ProviderRefused):
        make(note)
    stripe.hangs_up_on = ""
    # Stripe forgets idempotency keys after a day.
    stripe.answers.clear()

    make(note)

    assert len([each for each in stripe.kept.values() if each["object"] == "refund"]) == 1
    assert ProviderRefund.objects.get().status == "succeeded"


def test_what_was_paid_by_hand_is_given_back_by_hand(stripe, api, organization, invoice):
    record_payment(organization=organization, parts=[Part(invoice.id, 10000)], reference="x", at=organization.now())
    note = refund(api, invoice, 4000)

    assert make(note) == []
    assert CreditNote.objects.get().refund_status == "pending"


def test_a_refund_that_fails_later_is_told(stripe, api, organization, invoice):
    an_endpoint(organization)
    collect(invoice)
    note = refund(api, invoice, 4000)
    (made,) = make(note)

    failed = {"id": made.provider_refund_id, "object": "refund", "status": "failed", "failure_reason": "lost_card"}
    for _ in range(2):
        tell(organization, "refund.failed", failed)

    assert CreditNote.objects.get().refund_status == "failed"
    assert len(told(organization, "credit_note.provider_refund_failure")) == 1


def test_a_payment_is_never_refunded_beyond_what_it_was(stripe, api, invoice):
    collect(invoice)
    first, second = refund(api, invoice, 7000), refund(api, invoice, 3000)

    make(first)
    make(second)

    # 70.00 + 30.00
    assert sum(ProviderRefund.objects.values_list("amount_cents", flat=True)) == 10000
