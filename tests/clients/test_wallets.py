"""Wallets through the published client, unchanged."""

import pytest
from lago_python_client.client import Client
from lago_python_client.models import Customer, Invoice, Wallet, WalletTransaction

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lago(account) -> Client:
    client = Client(api_key=account.api_key, api_url=account.url)
    client.customers.create(Customer(external_id="acme", name="Acme", currency="EUR"))
    return client


def test_credits_are_bought_granted_voided_and_traced(lago):
    wallet = lago.wallets.create(
        Wallet(external_customer_id="acme", rate_amount="2", currency="EUR", name="Credits", granted_credits="10")
    )
    assert (wallet.credits_balance, wallet.balance_cents, wallet.code) == ("10.0", 2000, "credits")
    (bought,) = lago.wallet_transactions.create(WalletTransaction(wallet_id=wallet.lago_id, paid_credits="5"))[
        "wallet_transactions"
    ]
    assert (bought.status, bought.amount, bought.credit_amount) == ("pending", "10.0", "5.0")
    lago.invoices.update(Invoice(payment_status="succeeded"), bought.lago_invoice_id)
    (voided,) = lago.wallet_transactions.create(WalletTransaction(wallet_id=wallet.lago_id, voided_credits="12"))[
        "wallet_transactions"
    ]
    fundings = lago.wallet_transactions.fundings(voided.lago_id)["wallet_transaction_fundings"]
    # granted credits go first: 10 of them, then 2 of those bought
    assert [(each.credit_amount, each.wallet_transaction.transaction_status) for each in fundings] == [
        ("10.0", "granted"),
        ("2.0", "purchased"),
    ]
    assert lago.wallets.find(wallet.lago_id).credits_balance == "3.0"
    assert len(lago.wallet_transactions.find_all(wallet.lago_id)["wallet_transactions"]) == 3


def test_a_customers_wallets_are_reached_by_their_codes(lago):
    lago.customers.wallets.create("acme", Wallet(rate_amount="1", currency="EUR", code="main"))
    assert lago.customers.wallets.metadata.replace("acme", "main", {"team": "a"}) == {"team": "a"}
    assert lago.customers.wallets.update("acme", "main", Wallet(priority=1)).priority == 1
    assert [each.code for each in lago.customers.wallets.find_all("acme")["wallets"]] == ["main"]
    assert lago.customers.wallets.destroy("acme", "main").status == "terminated"
