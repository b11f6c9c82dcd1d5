"""A live organization whose month is over: what the billing run has to do for each of many subscriptions.

A monthly fee and three charges (standard, graduated, package), a tax on everything, a coupon for every fifth
customer, a wallet for every fifth, and an endpoint that is told of every invoice.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from billing_site.kernel.clock import wall_now
from customers.models import Customer, Organization
from plans.models import Plan
from tests.support.builders import a_tax, an_organization
from tests.support.coupons import a_coupon
from tests.support.many import many_applied_coupons, many_subscriptions, many_wallets
from tests.support.plans import a_charge, a_plan
from tests.support.usage import a_metric, an_event, send
from tests.support.webhooks import an_endpoint
from usage.rollup import roll

# Three events each: 900 a call.
BATCH = 300
EVERY = 5
CREDIT_CENTS = 2_000
RANGES = [
    {"from_value": 0, "to_value": 100, "per_unit_amount": "0.10", "flat_amount": "1"},
    {"from_value": 101, "to_value": None, "per_unit_amount": "0.05", "flat_amount": "0"},
]
PACKAGE = {"amount": "5", "package_size": 100, "free_units": 100}


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
    many_subscriptions(organization, _plan(organization), count, started_at=month.start)
    customers = list(Customer.objects.filter(organization=organization).order_by("sequential_id"))
    many_applied_coupons(customers[::EVERY], a_coupon(organization, amount_cents=700), at=month.start)
    fill_wallets(organization)
    an_endpoint(organization)
    _use(organization, count, month.start + timedelta(days=9))
    return organization


def fill_wallets(organization: Organization) -> None:
    """Wallets for those who have none, before anything is billed."""
    customers = Customer.objects.filter(organization=organization).order_by("sequential_id")
    many_wallets(customers[1::EVERY], CREDIT_CENTS, at=last_month().start)


def _plan(organization: Organization) -> Plan:
    charges = [
        a_charge(a_metric(organization, "tokens"), "0.0025"),
        a_charge(a_metric(organization, "calls"), charge_model="graduated", properties={"graduated_ranges": RANGES}),
        a_charge(a_metric(organization, "mails"), charge_model="package", properties=PACKAGE),
    ]
    return a_plan(organization, amount_cents=4900, charges=charges)


def _use(organization: Organization, count: int, at: datetime) -> None:
    for start in range(0, count, BATCH):
        send(organization, *_events(range(start, min(start + BATCH, count)), at))
    roll()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _events(numbers: range, at: datetime) -> Iterator[dict[str, object]]:
    for number in numbers:
        of = {"external_subscription_id": f"many-{number}", "at": at}
        yield an_event("tokens", str(Decimal(number) * Decimal("1.37")), **of)
        yield an_event("calls", number % 250, **of)
        yield an_event("mails", number % 700, **of)
