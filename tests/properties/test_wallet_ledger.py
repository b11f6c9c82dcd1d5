"""Whatever happens to wallets, in whatever order: the ledger replays to the balance, at every instant."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from billing_site.kernel.errors import BillingError
from invoices.models import PaymentStatus, TransactionType, WalletTransaction
from invoices.queries import blocks_as_of, ledger_of
from invoices.services.wallet.schedule import work_on_wallets
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.plans import a_plan, a_subscription
from tests.support.wallets import a_wallet, buy, grant, pay, void

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

credits = st.decimals("0.001", 200, places=3)


class Wallet(RuleBasedStateMachine):
    """A customer who owes 30.00 a month, and one wallet."""

    @initialize(rate=st.sampled_from(["1", "3", "0.7"]))
    def open(self, rate):
        self.organization = an_organization()
        customer = a_customer(self.organization, "acme")
        a_subscription(self.organization, a_plan(self.organization), "sub", external_customer_id="acme")
        self.wallet = a_wallet(customer, rate_amount=Decimal(rate))
        self.balances = {}

    @rule(credits=credits, priority=st.integers(1, 50), lasts=st.none() | st.integers(1, 60))
    def grant(self, credits, priority, lasts):
        expires_at = self.now + timedelta(days=lasts) if lasts else None
        self.attempt(lambda: grant(self.wallet, credits, priority=priority, expires_at=expires_at))

    @rule(credits=credits, paid=st.booleans())
    def buy(self, credits, paid):
        self.attempt(lambda: buy(self.wallet, credits, paid=paid))

    @rule(status=st.sampled_from([PaymentStatus.SUCCEEDED, PaymentStatus.FAILED]))
    def pay_the_oldest_that_is_pending(self, status):
        waiting = WalletTransaction.objects.filter(wallet=self.wallet).exclude(status="settled")
        for each in waiting.order_by("created_at")[:1]:
            pay(each.invoice, status)

    @rule(credits=credits)
    def void(self, credits):
        self.attempt(lambda: void(self.wallet, credits))

    @rule(days=st.integers(1, 40))
    def time_passes(self, days):
        bill(self.organization, at=self.now + timedelta(days=days))

    @rule()
    def look_again(self):
        work_on_wallets(organization=self.organization, at=self.now)

    @invariant()
    def the_ledger_is_the_balance(self):
        if not hasattr(self, "wallet"):
            return
        self.wallet.refresh_from_db()
        assert self.wallet.balance_cents == self.replayed() >= 0
        left = WalletTransaction.objects.filter(wallet=self.wallet).aggregate(cents=Sum("remaining_amount_cents"))
        assert self.wallet.balance_cents == (left["cents"] or 0)
        self.balances[self.now] = self.wallet.balance_cents

    def teardown(self):
        for at, balance in getattr(self, "balances", {}).items():
            assert sum(block.amount_cents for block in blocks_as_of(self.wallet, at)) == balance
            assert self.replayed(until=at) == balance

    @property
    def now(self):
        self.organization.refresh_from_db()
        return self.organization.now()

    def replayed(self, until=None):
        moved = ledger_of(self.wallet, until=until)
        return sum(
            each.amount_cents if each.transaction_type == TransactionType.INBOUND else -each.amount_cents
            for each in moved
        )

    def attempt(self, command):
        try:
            with transaction.atomic():
                command()
        except BillingError:
            pass


def test_the_ledger_replays_to_the_balance_at_every_instant():
    run_state_machine_as_test(Wallet, settings=settings(max_examples=12, stateful_step_count=15))
