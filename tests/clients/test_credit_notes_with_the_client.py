"""Credit notes and voids through lago-python-client, unchanged."""

import pytest
from lago_python_client.client import Client
from lago_python_client.exceptions import LagoApiError
from lago_python_client.models import (
    CreditNote,
    CreditNoteEstimate,
    CreditNoteUpdate,
    Customer,
    Item,
    Items,
    Plan,
    Subscription,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lago(account) -> Client:
    client = Client(api_key=account.api_key, api_url=account.url)
    client.customers.create(Customer(external_id="acme", name="Acme", currency="EUR"))
    client.plans.create(
        Plan(
            name="Basic",
            code="basic",
            interval="monthly",
            amount_cents=3000,
            amount_currency="EUR",
            pay_in_advance=True,
            charges=[],
        )
    )
    account.move_clock("2024-01-01T00:00:00Z")
    client.subscriptions.create(Subscription(external_customer_id="acme", plan_code="basic", external_id="sub"))
    return client


def test_a_fee_is_estimated_given_back_and_what_is_left_voided(lago):
    (listed,) = lago.invoices.find_all()["invoices"]
    (fee,) = lago.invoices.find(listed.lago_id).fees.__root__
    items = Items(__root__=[Item(fee_id=fee.lago_id, amount_cents=1200)])
    estimate = lago.credit_notes.estimate(CreditNoteEstimate(invoice_id=listed.lago_id, items=items))
    assert (estimate.max_creditable_amount_cents, estimate.max_refundable_amount_cents) == (1200, 0)

    wanted = CreditNote(invoice_id=listed.lago_id, reason="other", credit_amount_cents=1200, items=items)
    note = lago.credit_notes.create(wanted)
    assert (note.number, note.balance_amount_cents) == (f"{listed.number}-CN001", 1200)
    assert lago.credit_notes.download(note.lago_id).file_url
    lago.credit_notes.update(CreditNoteUpdate(metadata={"ticket": "7"}), note.lago_id)
    (found,) = lago.credit_notes.find_all({"external_customer_id": "acme"})["credit_notes"]
    assert found.metadata == {"ticket": "7"}

    assert lago.credit_notes.void(note.lago_id).credit_status == "voided"
    with pytest.raises(LagoApiError) as refused:
        lago.credit_notes.void(note.lago_id)
    assert refused.value.response["code"] == "no_voidable_amount"


def test_an_invoice_is_voided_for_a_credit_note(lago):
    (listed,) = lago.invoices.find_all()["invoices"]
    lago.invoices.void_invoice(listed.lago_id, {"generate_credit_note": True, "credit_amount": 1000})
    assert lago.invoices.find(listed.lago_id).status == "voided"
    kept = [note.balance_amount_cents for note in lago.credit_notes.find_all()["credit_notes"]]
    assert sorted(kept) == [0, 1000]
