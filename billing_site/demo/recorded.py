"""Recorded usage: one customer for each file of requests, billed for November 2023."""

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.core.management.base import CommandError

from billing_site.demo.catalogue import INPUT_TOKENS, OUTPUT_TOKENS, PAY_AS_YOU_GO, create_metrics, create_pay_as_you_go
from billing_site.demo.client import DemoClient, Json
from billing_site.demo.clock import move_clock, start_clock

START = datetime(2023, 11, 1, tzinfo=UTC)
END = datetime(2023, 12, 1, tzinfo=UTC)
COLUMNS = {"TIMESTAMP", "ContextTokens", "GeneratedTokens"}
Say = Callable[[str], object]


def bill_recorded_usage(client: DemoClient, files: Sequence[Path], say: Say) -> list[str]:
    """Two events for each row, at the row's own time; returns the customers' external ids."""
    start_clock(client, START)
    create_pay_as_you_go(client, create_metrics(client))
    customers = [customer_of(path) for path in files]
    for customer in customers:
        _subscribe(client, customer)
    for path, customer in zip(files, customers, strict=True):
        posted = client.post_events(events_of(path, customer))
        say(f"{path.name}: {posted.accepted:,} events accepted, {posted.refused:,} refused as already there")
    move_clock(client, END)
    return customers


def customer_of(path: Path) -> str:
    """``llm_requests_code.csv`` is the usage of the customer ``code``."""
    return path.stem.rpartition("_")[2]


def events_of(path: Path, customer: str) -> Iterator[Json]:
    with path.open(newline="") as lines:
        rows = csv.DictReader(lines)
        if not set(rows.fieldnames or ()) >= COLUMNS:
            raise CommandError(f"{path} needs the columns {', '.join(sorted(COLUMNS))}")
        for number, row in enumerate(rows):
            at = timestamp(row["TIMESTAMP"])
            yield event(customer, INPUT_TOKENS, f"{path.stem}-{number}-in", at, row["ContextTokens"])
            yield event(customer, OUTPUT_TOKENS, f"{path.stem}-{number}-out", at, row["GeneratedTokens"])


def event(customer: str, code: str, transaction_id: str, timestamp: str, tokens: str) -> Json:
    return {
        "transaction_id": transaction_id,
        "external_subscription_id": f"sub_{customer}",
        "code": code,
        "timestamp": timestamp,
        "properties": {"tokens": tokens},
    }


def timestamp(text: str) -> str:
    """UTC, as seconds since 1970 with the six digits that the API keeps: no float in between."""
    whole, _, fraction = text.partition(".")
    at = datetime.strptime(whole, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    return f"{int(at.timestamp())}.{fraction[:6].ljust(6, '0')}"


def _subscribe(client: DemoClient, customer: str) -> None:
    values = {"external_id": customer, "name": customer.capitalize(), "currency": "USD"}
    client.call("POST", "customers", {"customer": values})
    agreement = {"external_customer_id": customer, "plan_code": PAY_AS_YOU_GO, "external_id": f"sub_{customer}"}
    client.call("POST", "subscriptions", {"subscription": agreement})
