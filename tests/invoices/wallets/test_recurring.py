"""Top-ups by themselves, expiry of wallets, rules and credits, and credits that a voided invoice gives back."""

from decimal import Decimal

import pytest

from customers.services.customer import delete_customer
from invoices.models import Invoice, WalletTransaction
from invoices.services.test_clock import advance_test_clock
from invoices.services.wallet.settling import recredit_wallets
from invoices.services.wallet.update import update_wallet
from tests.support.billing import bill
from tests.support.builders import a_customer, an_organization
from tests.support.clock import instant
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send
from tests.support.wallets import a_wallet, grant, pay

pytestmark = pytest.mark.django_db


def by_interval(interval, **fields):
    return {"trigger": "interval", "interval": interval, "method": "fixed", "granted_credits": Decimal(5), **fields}


def by_threshold(**fields):
    return {"trigger": "threshold", "threshold_credits": Decimal(5), "method": "fixed", **fields}


def wallet_from(day, *rules, timezone="", **fields):
    organization = an_organization(at=instant(day))
    customer = a_customer(organization, "acme", timezone=timezone)
    return a_wallet(customer, recurring_transaction_rules=list(rules), **fields)


def move_clock(wallet, to):
    organization = wallet.organization
    advance_test_clock(organization=organization, to=instant(to))


def days_of_top_ups(wallet, until):
    bill(wallet.organization, at=instant(until))
    return [f"{each.due_on}" for each in wallet.transactions.order_by("due_on")]


INTERVALS = [
    ("weekly", "2024-02-01", "2024-02-20", ["2024-02-08", "2024-02-15"]),
    ("monthly", "2024-01-31", "2024-04-30", ["2024-02-29", "2024-03-31", "2024-04-30"]),
    ("quarterly", "2024-11-30", "2025-06-01", ["2025-02-28", "2025-05-30"]),
    ("semiannual", "2024-08-31", "2025-03-01", ["2025-02-28"]),
    ("yearly", "2024-02-29", "2026-03-01", ["2025-02-28", "2026-02-28"]),
]


@pytest.mark.parametrize(("interval", "created", "until", "days"), INTERVALS)
def test_credits_come_on_the_anniversaries_of_the_wallet(interval, created, until, days):
    assert days_of_top_ups(wallet_from(f"{created}T08:00:00Z", by_interval(interval)), until) == days


def test_a_rule_can_have_an_anniversary_of_its_own_which_is_never_the_day_of_creation():
    rule = by_interval("monthly", started_at=instant("2023-11-10"))
    assert days_of_top_ups(wallet_from("2024-01-10T08:00:00Z", rule), "2024-03-01") == ["2024-02-10"]


def test_a_rule_that_starts_later_first_acts_on_that_day():
    rule = by_interval("monthly", started_at=instant("2024-03-05"))
    assert days_of_top_ups(wallet_from("2024-01-10", rule), "2024-04-06") == ["2024-03-05", "2024-04-05"]


def test_days_begin_at_the_customers_midnight():
    wallet = wallet_from("2024-01-31T23:30:00Z", by_interval("monthly"), timezone="Asia/Tokyo")
    # created on 1 February of Tokyo, whose March begins at 15:00 UTC of 29 February
    bill(wallet.organization, at=instant("2024-02-29T14:59:00Z"))
    assert not wallet.transactions.exists()
    assert days_of_top_ups(wallet, "2024-02-29T15:00:00Z") == ["2024-03-01"]


def test_a_rule_ends_at_its_expiration_and_is_replaced_whole():
    wallet = wallet_from("2024-01-10", by_interval("weekly", expiration_at=instant("2024-01-18")))
    assert days_of_top_ups(wallet, "2024-02-10") == ["2024-01-17"]
    update_wallet(wallet=wallet, at=instant("2024-02-10"), recurring_transaction_rules=[by_interval("weekly")])
    assert days_of_top_ups(wallet, "2024-02-15")[1:] == ["2024-02-14"]
    update_wallet(wallet=wallet, at=instant("2024-02-15"), recurring_transaction_rules=[])
    assert len(days_of_top_ups(wallet, "2024-04-01")) == 2


def used(wallet, value):
    organization = wallet.organization
    plan = a_plan(organization, charges=[a_charge(a_metric(organization))])
    a_subscription(organization, plan, "sub", external_customer_id="acme")
    send(organization, an_event(value=value, external_subscription_id="sub"))


def test_a_threshold_tops_up_once_and_counts_what_is_pending():
    wallet = wallet_from("2024-01-01", by_threshold(paid_credits=Decimal(10)), granted_credits=10)
    used(wallet, 18)
    bill(wallet.organization, at=instant("2024-01-02"))
    bought = wallet.transactions.get(source="threshold")
    # 10 − 18 = −8, which is 13 below 5: two of 10
    assert (bought.amount_cents, bought.status) == (2000, "pending")
    bill(wallet.organization, at=instant("2024-01-03"))
    assert wallet.transactions.filter(source="threshold").count() == 1


def test_after_a_declined_payment_the_threshold_waits_an_hour():
    wallet = wallet_from("2024-01-01", by_threshold(paid_credits=Decimal(10)), granted_credits=10)
    used(wallet, 7)
    bill(wallet.organization, at=instant("2024-01-02T00:00:00Z"))
    pay(wallet.transactions.get(source="threshold").invoice, "failed")
    for at, count in (("2024-01-02T00:30:00Z", 1), ("2024-01-02T01:00:01Z", 2)):
        send(wallet.organization, an_event(value=1, external_subscription_id="sub"))
        bill(wallet.organization, at=instant(at))
        assert wallet.transactions.filter(source="threshold").count() == count


def test_a_target_can_be_granted_and_settles_at_once():
    rule = by_threshold(method="target", target_ongoing_balance=Decimal(50), grants_target_top_up=True)
    wallet = wallet_from("2024-01-01", rule, granted_credits=10)
    used(wallet, 7)
    bill(wallet.organization, at=instant("2024-01-02"))
    wallet.refresh_from_db()
    # 3.00 are left after usage, 47.00 lack to 50.00
    assert (wallet.balance_cents, wallet.ongoing_balance_cents) == (5700, 5000)


def test_a_wallet_pays_until_it_expires_and_keeps_its_balance_then():
    wallet = wallet_from("2024-01-01", granted_credits=10, expiration_at=instant("2024-01-10"))
    move_clock(wallet, "2024-01-11")
    wallet.refresh_from_db()
    assert (wallet.status, wallet.terminated_at, wallet.balance_cents) == ("terminated", instant("2024-01-10"), 1000)


def test_credits_can_expire_before_their_wallet():
    wallet = wallet_from("2024-01-01")
    grant(wallet, 10, expires_at=instant("2024-01-05"))
    grant(wallet, 3)
    move_clock(wallet, "2024-01-06")
    wallet.refresh_from_db()
    lost = wallet.transactions.get(source="expiration")
    assert (wallet.balance_cents, wallet.consumed_amount_cents, lost.amount_cents) == (300, 0, 1000)
    assert lost.settled_at == instant("2024-01-05")
    assert lost.fundings.get().reason == "expired"


def test_the_wallets_of_a_deleted_customer_end():
    wallet = wallet_from("2024-01-01", by_interval("weekly"), granted_credits=10)
    delete_customer(customer=wallet.customer, at=instant("2024-01-02"))
    wallet.refresh_from_db()
    assert wallet.status == wallet.recurring_transaction_rules.get().status == "terminated"


def test_a_voided_invoice_gives_its_credits_back_once_as_a_grant():
    wallet = wallet_from("2024-01-01", granted_credits=10)
    a_subscription(wallet.organization, a_plan(wallet.organization), "sub", external_customer_id="acme")
    (invoice,) = bill(wallet.organization, at=instant("2024-02-01"))
    assert Invoice.objects.get(pk=invoice.pk).prepaid_granted_credit_amount_cents == 1000
    wallet.refresh_from_db()
    assert (wallet.balance_cents, wallet.consumed_amount_cents) == (0, 1000)
    for _ in range(2):
        recredit_wallets(invoices=[invoice], at=instant("2024-02-02"))
    wallet.refresh_from_db()
    assert (wallet.balance_cents, wallet.consumed_amount_cents) == (1000, 0)
    assert WalletTransaction.objects.get(voided_invoice=invoice).transaction_status == "granted"


def test_draws_of_many_customers_take_a_constant_number_of_statements(django_assert_max_num_queries):
    def month(count):
        organization = an_organization()
        plan = a_plan(organization)
        for number in range(count):
            a_wallet(a_customer(organization, f"c{number}"), granted_credits=10)
            a_subscription(organization, plan, f"s{number}", external_customer_id=f"c{number}")
        return organization

    few, many = month(1), month(6)
    with django_assert_max_num_queries(400) as one:
        bill(few, at=instant("2024-02-01"))
    with django_assert_max_num_queries(len(one)):
        bill(many, at=instant("2024-02-01"))
