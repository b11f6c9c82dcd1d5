"""Credit notes at the same moment: a fee is given back once."""

import pytest
from django.db.models import Sum

from invoices.billing.credit_notes.requested import AskedItem
from invoices.models import CreditNote, CreditNoteItem
from invoices.services.credit_note import create_credit_note, void_credit_note
from invoices.services.void import void_invoice
from invoices.settlement import Split
from tests.support.builders import a_customer, an_organization
from tests.support.invoices import an_invoice
from tests.support.parallel import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def invoice():
    return an_invoice(a_customer(an_organization(), "acme"), 10000)


def credit(invoice, cents):
    items = [AskedItem(invoice.fees.get().id, cents)]
    return create_credit_note(invoice=invoice, items=items, split=Split(cents), at=invoice.created_at)


def test_two_cannot_give_back_more_than_the_fee(invoice):
    at_once(lambda: credit(invoice, 6000), lambda: credit(invoice, 6000))
    assert CreditNote.objects.count() == 1
    assert CreditNoteItem.objects.aggregate(Sum("amount_cents")) == {"amount_cents__sum": 6000}


def test_two_within_the_fee_have_numbers_of_their_own(invoice):
    at_once(lambda: credit(invoice, 5000), lambda: credit(invoice, 5000))
    assert list(CreditNote.objects.order_by("sequential_id").values_list("sequential_id", flat=True)) == [1, 2]


def test_a_credit_note_is_voided_once(invoice):
    note = credit(invoice, 1000)
    answers = at_once(*[lambda: void_credit_note(credit_note=note, at=note.created_at)] * 2)
    assert sorted(type(answer).__name__ for answer in answers) == ["CreditNote", "NotAllowed"]


def test_an_invoice_is_voided_once(invoice):
    answers = at_once(*[lambda: void_invoice(invoice=invoice, at=invoice.created_at)] * 2)
    assert sorted(type(answer).__name__ for answer in answers) == ["Invoice", "NotAllowed"]
