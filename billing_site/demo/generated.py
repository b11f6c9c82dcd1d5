"""Generated usage of several customers over several months up to now, the same on every machine."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from billing_site.demo.catalogue import (
    INPUT_TOKENS,
    OUTPUT_TOKENS,
    PAY_AS_YOU_GO,
    SCALE,
    create_metrics,
    create_pay_as_you_go,
    create_scale,
)
from billing_site.demo.client import DemoClient, Json
from billing_site.demo.clock import move_clock, start_clock
from billing_site.demo.recorded import event

MONTHS = 4
SEED = 2023
REQUESTS_A_DAY = 6
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    external_id: str
    name: str
    plan_code: str
    country: str
    city: str
    timezone: str
    thousand_tokens: int
    tax_code: str | None = None
    invoice_grace_period: int = 0
    pays: bool = True


CUSTOMERS = (
    DemoCustomer("aurora", "Aurora Labs Inc.", PAY_AS_YOU_GO, "US", "Portland", "America/Los_Angeles", 220),
    DemoCustomer("bergwerk", "Bergwerk KI GmbH", SCALE, "DE", "Leipzig", "Europe/Berlin", 900, "de_19"),
    DemoCustomer("atelier", "Atelier Bavard SARL", SCALE, "FR", "Lyon", "Europe/Paris", 350, "fr_20", pays=False),
    DemoCustomer("delta", "Delta Robotics KK", PAY_AS_YOU_GO, "JP", "Osaka", "Asia/Tokyo", 640),
    DemoCustomer("echo", "Echo Games AB", SCALE, "SE", "Malmö", "Europe/Stockholm", 1500, invoice_grace_period=40),
)
TAXES = {"de_19": ("Umsatzsteuer", "19"), "fr_20": ("TVA", "20")}


def bill_generated_usage(client: DemoClient, now: datetime, say: Say) -> list[str]:
    """Months of usage, billed month by month as time passes; returns the customers' external ids."""
    months = month_starts(now)
    start_clock(client, months[0])
    _create_everything(client)
    for start, end in zip(months, [*months[1:], now], strict=True):
        posted = client.post_events(events_between(start, end))
        say(f"{start:%B %Y}: {posted.accepted:,} events accepted, {posted.refused:,} refused as already there")
        move_clock(client, end)
        _record_payments(client)
    return [customer.external_id for customer in CUSTOMERS]


def month_starts(now: datetime) -> list[datetime]:
    """The first instants of this month and of the ``MONTHS`` before it."""
    starts = [now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)]
    for _ in range(MONTHS):
        starts.append((starts[-1] - timedelta(days=1)).replace(day=1))
    return starts[::-1]


def events_between(start: datetime, end: datetime) -> Iterator[Json]:
    for customer in CUSTOMERS:
        yield from _events_of(customer, start, end)


def _events_of(customer: DemoCustomer, start: datetime, end: datetime) -> Iterator[Json]:
    day = start
    while day < end:
        # A generator a day: what a day brings does not depend on where the demo starts or stops.
        chance = Random(f"{SEED}/{customer.external_id}/{day:%Y-%m-%d}")
        for number in range(REQUESTS_A_DAY):
            at = day + timedelta(seconds=chance.randrange(86_400))
            tokens = chance.randrange(customer.thousand_tokens * 500, customer.thousand_tokens * 1500)
            if at < end:
                yield from _request(customer.external_id, f"{day:%Y%m%d}-{number}", at, tokens)
        day += timedelta(days=1)


def _request(customer: str, name: str, at: datetime, tokens: int) -> Iterator[Json]:
    timestamp = str(int(at.timestamp()))
    yield event(customer, INPUT_TOKENS, f"{name}-in", timestamp, str(tokens))
    yield event(customer, OUTPUT_TOKENS, f"{name}-out", timestamp, str(tokens // 12))


def _create_everything(client: DemoClient) -> None:
    for code, (name, rate) in TAXES.items():
        client.create("taxes", "tax", {"code": code, "name": name, "rate": rate})
    metrics = create_metrics(client)
    create_pay_as_you_go(client, metrics)
    create_scale(client, metrics)
    for customer in CUSTOMERS:
        _subscribe(client, customer)


def _subscribe(client: DemoClient, customer: DemoCustomer) -> None:
    values: dict[str, Any] = {
        "external_id": customer.external_id,
        "name": customer.name,
        "email": f"billing@{customer.external_id}.example",
        "country": customer.country,
        "city": customer.city,
        "timezone": customer.timezone,
        "currency": "USD",
        "net_payment_term": 14,
        "tax_codes": [customer.tax_code] if customer.tax_code else [],
        "billing_configuration": {"invoice_grace_period": customer.invoice_grace_period},
    }
    client.call("POST", "customers", {"customer": values})
    agreement = {
        "external_customer_id": customer.external_id,
        "plan_code": customer.plan_code,
        "external_id": f"sub_{customer.external_id}",
    }
    client.call("POST", "subscriptions", {"subscription": agreement})


def _record_payments(client: DemoClient) -> None:
    """Most customers pay what they get; one never does, so that something is overdue."""
    for customer in CUSTOMERS:
        if not customer.pays:
            continue
        path = f"customers/{customer.external_id}/invoices?status[]=finalized&payment_status[]=pending&per_page=100"
        for invoice in client.call("GET", path)["invoices"]:
            due = {"invoice_id": invoice["lago_id"], "amount_cents": invoice["total_due_amount_cents"]}
            client.call("POST", "payments", {"payment": {**due, "reference": f"Transfer for {invoice['number']}"}})
