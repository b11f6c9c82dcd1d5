"""Current usage through the API, and the rebuilding of buckets, as events grow tenfold.

    python -m tests.benchmarks.usage [--quick] [--events N]

One subscription holds a tenth of all events, another a thousand, the others share the rest. Against it the naive way:
the sum of the raw events by the ORM, which has the index by subscription, metric and time. Both must find the same
units. The last row has events that the roller has not taken yet, as in the middle of heavy ingest.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from http.client import HTTPConnection
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.db.models import Count, DecimalField, F, Sum  # noqa: E402
from django.db.models.fields.json import KeyTextTransform  # noqa: E402
from django.db.models.functions import Cast  # noqa: E402

from billing_site.kernel.clock import wall_now  # noqa: E402
from customers.services.api_key import create_api_key  # noqa: E402
from tests.benchmarks.database import database  # noqa: E402
from tests.benchmarks.load import Server, ours  # noqa: E402
from tests.support.builders import a_customer, an_organization  # noqa: E402
from tests.support.plans import a_charge, a_plan, a_subscription  # noqa: E402
from tests.support.usage import a_metric  # noqa: E402
from usage.models import UsageCode, UsageEvent, UsageFlush, UsageStream, to_microseconds  # noqa: E402
from usage.queries import bucket_differences  # noqa: E402
from usage.rollup import rebuild_buckets, roll  # noqa: E402

HOT, SMALL, OTHERS = "hot", "small", 1_000
SMALL_EVENTS, PENDING = 1_000, 20_000
FLUSH = 50_000
CALLS, QUICK_CALLS = 101, 11

_EVENTS = """INSERT INTO usage_event (stream_id, code_id, timestamp, flush_id, position, transaction_id, properties)
    SELECT CASE WHEN n %% 10 = 0 THEN %(hot)s WHEN n %% %(every)s = 1 THEN %(small)s ELSE %(others)s + n %% 1000 END,
        %(code)s, %(since)s + (%(until)s - %(since)s) / %(total)s * (n * 7919 %% %(total)s), %(flush)s, n %% 1000000,
        'transaction-' || n, jsonb_build_object('value', n %% 1000 + 0.25)
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 and 100,000 events: shows that it works")
    parser.add_argument("--events", type=int, help="the larger number; the smaller is a tenth of it")
    options = parser.parse_args()
    most = options.events or (100_000 if options.quick else 10_000_000)
    print(f"{'':<46}{'events of it':>14}{'p50 ms':>9}{'p95 ms':>9}{'naive ms':>11}{'ratio':>9}")
    with database(), ours() as server:
        for total in (most // 10, most):
            Told(server, total, calls=QUICK_CALLS if options.quick else CALLS).tell()
            with connection.cursor() as cursor:
                cursor.execute("TRUNCATE usage_event, usage_flush, usage_bucket, invoices_unchargedflush")


class Story:
    """An organization with so many events of this month."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.now = wall_now()
        self.since = self.now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        self.organization = an_organization(sandbox=False, at=self.since)
        metric = a_metric(self.organization, "tokens")
        plan = a_plan(self.organization, charges=[a_charge(metric, "0.01")])
        for name in (HOT, SMALL):
            a_customer(self.organization, name, at=self.since)
            dates = {"subscription_at": self.since, "at": self.since}
            a_subscription(self.organization, plan, name, external_customer_id=name, **dates)
        self.key = create_api_key(organization=self.organization, at=self.now)[1]
        self.ids = self.streams()

    def streams(self) -> dict[str, int]:
        names = (HOT, SMALL, *(f"other-{number}" for number in range(OTHERS)))
        streams = [UsageStream(organization=self.organization, external_subscription_id=name) for name in names]
        UsageStream.objects.bulk_create(streams, ignore_conflicts=True)
        own = UsageStream.objects.filter(organization=self.organization)
        return dict(own.values_list("external_subscription_id", "id"))

    def store(self, first: int, last: int) -> None:
        code = UsageCode.objects.get(organization=self.organization).id
        for start in range(first, last, FLUSH):
            end = min(start + FLUSH, last)
            flush = UsageFlush.objects.create(
                organization=self.organization, created_at=self.now, events_count=end - start
            )
            numbers = {"code": code, "flush": flush.id, "first": start, "last": end - 1}
            with connection.cursor() as cursor:
                cursor.execute(_EVENTS, {**self.columns(), **numbers})

    def columns(self) -> dict[str, int]:
        return {
            "hot": self.ids[HOT],
            "small": self.ids[SMALL],
            "others": min(number for name, number in self.ids.items() if name.startswith("other")),
            "every": max(self.total // SMALL_EVENTS, 2),
            "since": to_microseconds(self.since),
            "until": to_microseconds(self.now),
            "total": self.total + PENDING,
        }


class Told(Story):
    """What calls about it take."""

    def __init__(self, server: Server, total: int, *, calls: int) -> None:
        super().__init__(total)
        self.server, self.calls = server, calls

    def tell(self) -> None:
        self.store(0, self.total)
        self.timed("rolled", roll)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        self.show(f"{self.total:,} events, small", SMALL)
        self.show(f"{self.total:,} events, hot", HOT)
        self.store(self.total, self.total + PENDING)
        self.show(f"… and {PENDING:,} that no roll has taken, hot", HOT)
        roll()
        UsageCode.objects.update(version=F("version") + 1)
        self.timed("rebuilt", rebuild_buckets)
        assert bucket_differences(limit=1) == []

    def timed(self, what: str, work: Callable[[], Any]) -> None:
        begin = time.perf_counter()
        work()
        seconds = time.perf_counter() - begin
        print(f"{self.total:,} events {what}: {self.total / seconds:,.0f}/s")

    def show(self, what: str, name: str) -> None:
        begin = time.perf_counter()
        expected, count = naive_units(self.ids[name])
        naive = time.perf_counter() - begin
        # The plainest client: others take milliseconds of their own for a call.
        with closing(HTTPConnection("127.0.0.1", self.server.port, timeout=60)) as http:
            # The first calls of a connection have their statements planned.
            took = [self.ask(http, name, expected) for _ in range(2 * self.calls)][self.calls :]
        p50, p95 = statistics.median(took), sorted(took)[self.calls * 95 // 100]
        waits = f"{1000 * p50:>9.1f}{1000 * p95:>9.1f}{1000 * naive:>11.1f}"
        print(f"{what:<46}{count:>14,}{waits}{naive / p50:>8.1f}x", flush=True)

    def ask(self, http: HTTPConnection, name: str, expected: Decimal) -> float:
        """Seconds; the units must be exactly those that the events say."""
        path = f"/api/v1/customers/{name}/current_usage?external_subscription_id={name}"
        begin = time.perf_counter()
        http.request("GET", path, headers={"Authorization": f"Bearer {self.key}"})
        answer = http.getresponse().read()
        took = time.perf_counter() - begin
        [charge] = json.loads(answer)["customer_usage"]["charges_usage"]
        assert Decimal(charge["units"]) == expected, (charge["units"], expected)
        return took


def naive_units(stream: int) -> tuple[Decimal, int]:
    """Sum and number of the raw events."""
    value = Cast(KeyTextTransform("value", "properties"), DecimalField(max_digits=40, decimal_places=10))
    events = UsageEvent.objects.filter(stream=stream, code__code="tokens", timestamp__lte=wall_now())
    found = events.aggregate(total=Sum(value), count=Count("transaction_id"))
    return found["total"], found["count"]


if __name__ == "__main__":
    main()
