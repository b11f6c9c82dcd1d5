"""Wallets in the console and in the portal."""

import pytest

from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.console import Console, words
from tests.support.wallets import a_wallet, grant, void

pytestmark = pytest.mark.django_db


@pytest.fixture
def wallet():
    organization = an_organization()
    return a_wallet(a_customer(organization, "acme", name="Acme"), name="Credits", granted_credits=30)


def test_the_page_shows_the_credits_in_order_and_what_was_taken_from_which(wallet):
    void(wallet, 12, name="mistake")
    page = words(Console(wallet.organization).show(wallet))
    assert "€18.00" in page
    assert "€12.00 granted Jan 1, 2024 00:00: nothing else was left" in page


def test_the_page_of_a_past_day_shows_the_balance_of_then(wallet):
    bill(wallet.organization, at=instant("2024-01-05"))
    void(wallet, 12)
    console = Console(wallet.organization)
    assert "Balance on Jan 4, 2024 00:00 €30.00" in words(console.show(wallet, at="2024-01-04T00:00"))
    assert "Balance on Jan 5, 2024 00:00 €18.00" in words(console.show(wallet, at="nonsense"))


def test_buttons_top_up_void_and_terminate(wallet):
    console = Console(wallet.organization)
    console.press(wallet, "top_up", granted_credits="10", paid_credits="5", priority="1")
    assert "€5.00 purchased and €10.00 granted" in console.sentences()
    console.press(wallet, "void", voided_credits="4")
    assert wallet.transactions.get(transaction_status="voided").fundings.get().reason == "priority"
    console.press(wallet, "terminate")
    wallet.refresh_from_db()
    assert (wallet.status, wallet.balance_cents) == ("terminated", 3600)
    console.press(wallet, "top_up", granted_credits="1", priority="1", expect=403)


def test_what_cannot_be_voided_is_refused_at_the_field(wallet):
    response = Console(wallet.organization).press(wallet, "void", voided_credits="30.01", expect=200)
    assert "mb-error" in response.content.decode()
    wallet.refresh_from_db()
    assert wallet.balance_cents == 3000


def test_a_void_says_first_which_credits_go(wallet):
    grant(wallet, 5, priority=1)
    console = Console(wallet.organization)
    page = words(console.open("invoices_wallet_do_one", wallet.pk, "void"))
    assert "€5.00 granted Jan 1, 2024 00:00 (priority); €30.00 granted" in page


def test_wallets_are_listed_and_stand_on_their_customers_page(wallet):
    console = Console(wallet.organization)
    assert "Credits" in words(console.open("invoices_wallet_changelist", q="acme"))
    assert "€30.00" in words(console.show(wallet.customer, tab="wallets"))
