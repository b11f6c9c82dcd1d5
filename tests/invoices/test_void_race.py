"""Voids at the same moment as what they take back is used; a place is taken once."""

import pytest

from invoices.models import Invoice
from invoices.services.regenerate import regenerate_invoice
from invoices.services.void import void_invoice
from tests.support.builders import a_customer, an_organization
from tests.support.invoices import an_invoice
from tests.support.journal import check_books
from tests.support.parallel import at_once
from tests.support.wallets import a_wallet, buy
from tests.support.wallets import void as take_out

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def customer():
    return a_customer(an_organization(), "acme", currency="EUR")


def test_a_voided_invoice_is_made_again_once(customer):
    invoice = an_invoice(customer, 10000)
    void_invoice(invoice=invoice, at=invoice.created_at)
    answers = at_once(*[lambda: regenerate_invoice(invoice=invoice, changes={}, at=invoice.created_at)] * 2)
    assert sorted(type(answer).__name__ for answer in answers) == ["Invoice", "NotAllowed"]
    assert Invoice.objects.filter(voided_invoice=invoice).count() == 1


def test_credits_are_taken_out_or_back_but_not_both(customer):
    wallet = a_wallet(customer)
    bought = buy(wallet, 10)
    at = customer.organization.now()
    at_once(lambda: take_out(wallet, 10), lambda: void_invoice(invoice=bought.invoice, at=at))
    wallet.refresh_from_db()
    bought.refresh_from_db()
    assert (wallet.balance_cents, bought.remaining_amount_cents) == (0, 0)
    check_books(customer.organization)
