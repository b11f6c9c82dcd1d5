"""A live organization whose month is over: what the billing run has to do for each of many subscriptions.

A monthly fee and three charges (standard, graduated, package), a tax on everything, a coupon for every fifth
customer, a wallet for every fifth, and an endpoint that is told of every invoice.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from billing_site.kernel.clock import wall_now
from customers.models import Customer, Organization
from invoices.models import Wallet, WalletTransaction
from plans.models import AppliedCoupon, Plan, Subscription
from tests.benchmarks.copies import copy_row, id_of_copy
from tests.support.builders import a_tax, an_organization
from tests.support.coupons import a_coupon
from tests.support.many import many_applied_coupons, many_subscriptions, many_wallets
from tests.support.plans import a_charge, a_plan
from tests.support.usage import a_metric, an_event, send
from tests.support.webhooks import an_endpoint
from usage.models import UsageEvent, UsageFlush, UsageStream
from usage.rollup import roll

EVERY = 5
CREDIT_CENTS = 2_000
RANGES = [
    {"from_value": 0, "to_value": 100, "per_unit_amount": "0.10", "flat_amount": "1"},
    {"from_value": 101, "to_value": None, "per_unit_amount": "0.05", "flat_amount": "0"},
]
PACKAGE = {"amount": "5", "package_size": 100, "free_units": 100}

# The first of everything is the pattern of the others, which are changed so.
_CUSTOMERS = {
    "id": id_of_copy("customer"),
    "external_id": "'customer-' || n",
    "name": "'Customer ' || n",
    "sequential_id": "pattern.sequential_id + n",
}
_SUBSCRIPTIONS = {
    "id": id_of_copy("subscription"),
    "customer_id": id_of_copy("customer"),
    "external_id": "'many-' || n",
}
_COUPONS = {"id": id_of_copy("coupon"), "customer_id": id_of_copy("customer", f"(n * {EVERY})")}
_WALLETS = {
    "id": id_of_copy("wallet"),
    "customer_id": id_of_copy("customer", f"(n * {EVERY} + 1)"),
    "balance_cents": "0",
}
_GRANTS = {"id": id_of_copy("grant"), "wallet_id": id_of_copy("wallet")}
_STREAMS = {"id": "pattern.id + n", "external_subscription_id": "'many-' || n"}
# The events of so many subscriptions are a flush, as when they come in batches.
BATCH = 300
_FLUSHES = {"id": "pattern.id + n", "events_count": f"3 * {BATCH}"}
_EVENTS = {
    "stream_id": "pattern.stream_id + n",
    "transaction_id": "pattern.transaction_id || '-' || n",
    "flush_id": f"pattern.flush_id + 1 + (n - 1) / {BATCH}",
    "position": f"pattern.position + 3 * ((n - 1) %% {BATCH})",
}
_VALUES = {"tokens": "(n * 1.37)::text", "calls": "n %% 250", "mails": "n %% 700"}


class Month(NamedTuple):
    start: datetime
    end: datetime


def last_month() -> Month:
    """In UTC. Before the present, so that nothing else of a live organization is due."""
    end = wall_now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return Month((end - timedelta(days=1)).replace(day=1), end)


def a_billed_month(count: int) -> Organization:
    month = last_month()
    organization = an_organization(sandbox=False, at=month.start)
    a_tax(organization, "vat", 20, applied_to_organization=True)
    many_subscriptions(organization, _plan(organization), 1, started_at=month.start)
    first = Subscription.objects.select_related("customer").get()
    copy_row(Customer, first.customer_id, _CUSTOMERS, count - 1)
    copy_row(Subscription, first.id, _SUBSCRIPTIONS, count - 1)
    many_applied_coupons([first.customer], a_coupon(organization, amount_cents=700), at=month.start)
    copy_row(AppliedCoupon, first.customer_id, _COUPONS, (count - 1) // EVERY, key="customer_id")
    fill_wallets(organization)
    an_endpoint(organization)
    _use(organization, count, month.start + timedelta(days=9))
    return organization


def fill_wallets(organization: Organization) -> None:
    """Wallets for those who have none, before anything is billed."""
    customers = Customer.objects.filter(organization=organization).order_by("sequential_id")
    copies, second = (customers.count() - 2) // EVERY, customers[1:2]
    if not second:
        return
    many_wallets(second, CREDIT_CENTS, at=last_month().start)
    wallet = Wallet.objects.get()
    copy_row(Wallet, wallet.id, _WALLETS, copies)
    copy_row(WalletTransaction, wallet.id, _GRANTS, copies, key="wallet_id")


def _plan(organization: Organization) -> Plan:
    charges = [
        a_charge(a_metric(organization, "tokens"), "0.0025"),
        a_charge(a_metric(organization, "calls"), charge_model="graduated", properties={"graduated_ranges": RANGES}),
        a_charge(a_metric(organization, "mails"), charge_model="package", properties=PACKAGE),
    ]
    return a_plan(organization, amount_cents=4900, charges=charges)


def _use(organization: Organization, count: int, at: datetime) -> None:
    events = [an_event(code, 0, external_subscription_id="many-0", transaction_id=code, at=at) for code in _VALUES]
    send(organization, *events)
    copy_row(UsageStream, UsageStream.objects.get().id, _STREAMS, count - 1)
    copy_row(UsageFlush, UsageFlush.objects.get().id, _FLUSHES, -(-(count - 1) // BATCH))
    for code, value in _VALUES.items():
        changes = {**_EVENTS, "properties": f"jsonb_build_object('value', {value})"}
        copy_row(UsageEvent, code, changes, count - 1, key="transaction_id")
    roll()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
