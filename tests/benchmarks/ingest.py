"""Events a second over HTTP: naive, Django's views, the fast lane.

    python -m tests.benchmarks.ingest [--quick] [--seconds N] [--rounds N] [--only WORD]

All ways take turns in each round, against ``manage.py serve`` (two workers) and a naive site, with real API keys,
100,000 subscriptions and 5 metrics, everything durable. A roller keeps the buckets up, and the clock of our ways stops
only when the last event is in them. After every run the events in the table and the buckets must be exactly those that
were acknowledged. The generator is a process of its own on the same machine, and so is PostgreSQL: all share its cores.

Django's views get chunked requests, which never take the fast lane. The naive way keeps no buckets and echoes less.
"""

import argparse
import os
import statistics
import sys
import threading
import time
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
django.setup()

from django.db import connection  # noqa: E402

from customers.models import Organization  # noqa: E402
from customers.services.api_key import create_api_key  # noqa: E402
from tests.benchmarks.database import database  # noqa: E402
from tests.benchmarks.generator import CODES, SUBSCRIPTIONS, Load  # noqa: E402
from tests.benchmarks.load import Outcome, Server, naive, ours, run  # noqa: E402
from tests.benchmarks.naive_ingest import NaiveEvent  # noqa: E402
from tests.support.builders import an_organization  # noqa: E402
from tests.support.usage import a_metric  # noqa: E402
from usage.ingest import EventRow, StoredFlush  # noqa: E402
from usage.ingest.flush import COPY, lines  # noqa: E402
from usage.models import UsageEvent  # noqa: E402
from usage.queries import bucket_differences  # noqa: E402

TABLES = "usage_event, usage_flush, usage_bucket, usage_distinct_value, invoices_unchargedflush, benchmarks_naiveevent"
ROWS_A_COPY = 10_000
PARTS = ("server", "database", "roller", "generator")


@dataclass(frozen=True)
class Way:
    """``reference`` names the way that its ratio is to; ``most`` bounds the requests built, by events a second."""

    name: str
    batch: int
    connections: int
    reference: str
    most: int
    is_naive: bool = False
    chunked: bool = False
    repeated: float = 0
    backdated: float = 0
    subscriptions: int = SUBSCRIPTIONS


NAIVE_100, NAIVE_1 = "naive, batches of 100", "naive, single events"
WAYS = (
    Way(NAIVE_100, 100, 8, NAIVE_100, 10_000, is_naive=True),
    Way("Django's view, batches of 100", 100, 16, NAIVE_100, 40_000, chunked=True),
    Way("Django's view, batches of 500", 500, 16, NAIVE_100, 60_000, chunked=True),
    Way("fast lane, batches of 100", 100, 64, NAIVE_100, 90_000),
    Way("fast lane, batches of 100, 16 connections", 100, 16, NAIVE_100, 90_000),
    Way("fast lane, batches of 500", 500, 16, NAIVE_100, 90_000),
    Way("… 5 % sent twice", 100, 64, NAIVE_100, 90_000, repeated=0.05),
    Way("… one hot subscription", 100, 64, NAIVE_100, 90_000, subscriptions=1),
    Way("… 20 % a month or two old", 100, 64, NAIVE_100, 90_000, backdated=0.2),
    Way(NAIVE_1, 1, 64, NAIVE_1, 1_500, is_naive=True),
    Way("Django's view, single events", 1, 64, NAIVE_1, 2_500, chunked=True),
    Way("fast lane, single, 64 connections", 1, 64, NAIVE_1, 15_000),
    Way("fast lane, single, 256 connections", 1, 256, NAIVE_1, 15_000),
)


# Not told of: the processes learn the key and the numbers of the subscriptions, as any that is up for a minute has.
WARM = Way("warming up", 500, 16, NAIVE_100, 90_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round: shows that it works, not how fast")
    parser.add_argument("--seconds", type=float, help="of each run")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--only", default="", help="ways whose name has this word")
    options = parser.parse_args()
    seconds = options.seconds or (0.4 if options.quick else 6)
    rounds = options.rounds or (1 if options.quick else 3)
    ways = [way for way in WAYS if options.only in way.name]
    with database(), ExitStack() as servers:
        key = prepare()
        sites = {True: servers.enter_context(naive()), False: servers.enter_context(ours())}
        found: dict[Way, list[Outcome]] = defaultdict(list)
        copies = []
        measured(WARM, sites[False], key, seconds, rounds)
        for number in range(rounds):
            for way in ways:
                found[way].append(measured(way, sites[way.is_naive], key, seconds, number))
                print(f"{number}: {way.name}: {speed(found[way][-1]):,.0f} events/s", file=sys.stderr, flush=True)
            copies.append(rows_copied_a_second(seconds / 3))
        show(found, statistics.median(copies))


def prepare() -> str:
    """An organization whose subscriptions have all sent before; its API key."""
    organization = an_organization(sandbox=False)
    for number in range(CODES):
        a_metric(organization, f"code-{number}")
    with connection.schema_editor() as editor:
        editor.create_model(NaiveEvent)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO usage_stream (organization_id, external_subscription_id)"
            " SELECT %s, 'sub-' || n FROM generate_series(0, %s) AS n",
            [organization.id, SUBSCRIPTIONS - 1],
        )
        cursor.execute("VACUUM ANALYZE")
    return create_api_key(organization=organization, at=organization.now())[1]


def measured(way: Way, site: Server, key: str, seconds: float, number: int) -> Outcome:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLES}")
    load = Load(
        name=f"{number}-{(*WAYS, WARM).index(way)}",
        port=site.port,
        key=key,
        connections=way.connections,
        seconds=seconds,
        batch=way.batch,
        requests=int(way.most * max(seconds, 1) / way.batch),
        chunked=way.chunked,
        repeated=way.repeated,
        backdated=way.backdated,
        subscriptions=way.subscriptions,
    )
    outcome = run(site, load, with_roller=not way.is_naive)
    check(way, outcome)
    return outcome


def check(way: Way, outcome: Outcome) -> None:
    """What was acknowledged is there, once, and in the buckets; nothing else is."""
    allowed = {"200", "422"} if way.repeated else {"200"}
    assert set(outcome.statuses) <= allowed, outcome.statuses
    stored = (NaiveEvent if way.is_naive else UsageEvent).objects.count()
    assert stored == outcome.events, (way.name, stored, outcome.events)
    if way.is_naive:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(events_count), 0)::bigint, coalesce(sum(sum), 0) FROM usage_bucket")
        events, total = cursor.fetchone()
    assert (events, total) == (outcome.events, Decimal(outcome.hundredths) / 100), way.name
    assert bucket_differences(limit=1) == []


def rows_copied_a_second(seconds: float) -> float:
    """The same table and indexes, the same kind of rows, but nothing else: ready lines, two connections."""
    organization = Organization.objects.get()
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLES}")
        cursor.execute("SELECT min(id) FROM usage_stream")
        (first,) = cursor.fetchone()
    most = max(int(100_000 * seconds / ROWS_A_COPY), 2)
    ready = [lines([a_flush(organization, first, number)]) for number in range(most)]
    written: list[float] = []

    def write(own: list[bytes]) -> None:
        begin = time.perf_counter()
        for content in own:
            with connection.cursor() as cursor, cursor.copy(COPY) as copy:
                copy.write(content)
        written.append(time.perf_counter() - begin)
        connection.close()

    writers = [threading.Thread(target=write, args=(ready[half::2],)) for half in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    return most * ROWS_A_COPY / max(written)


def a_flush(organization: Organization, first: int, number: int) -> StoredFlush:
    now, properties = int(time.time()) * 1_000_000, b'{"value":12.25,"region":"eu-west"}'
    keys = range(number * ROWS_A_COPY, (number + 1) * ROWS_A_COPY)
    rows = [EventRow(first + key * 7919 % SUBSCRIPTIONS, f"{key:.>40}", 1, now + key, None, properties) for key in keys]
    return StoredFlush(number, organization.id, organization.created_at, rows)


def show(found: dict[Way, list[Outcome]], copied: float) -> None:
    speeds = {way: [speed(each) for each in outcomes] for way, outcomes in found.items()}
    by_name = {way.name: statistics.median(own) for way, own in speeds.items()}
    print(f"{'':<46}{'events/s':>10} {'(least-most)':>17}{'ratio':>8}{'p50 ms':>8}{'p99 ms':>8}", end="")
    print("".join(f"{part:>10}" for part in PARTS), "µs of processor an event")
    for way, outcomes in found.items():
        middle = by_name[way.name]
        span = f"({min(speeds[way]):,.0f}-{max(speeds[way]):,.0f})"
        ratio = f"{middle / by_name[way.reference]:.1f}x" if way.reference in by_name else ""
        waits = "".join(f"{1000 * median(outcomes, name):>8.1f}" for name in ("p50", "p99"))
        parts = "".join(f"{used_an_event(outcomes, part):>10.1f}" for part in PARTS)
        print(f"{way.name:<46}{middle:>10,.0f} {span:>17}{ratio:>8}{waits}{parts}")
    print(f"{'ready rows by COPY, 2 connections':<46}{copied:>10,.0f}")


def speed(outcome: Outcome) -> float:
    return outcome.events / outcome.drained_seconds


def median(outcomes: list[Outcome], name: str) -> float:
    return statistics.median(getattr(outcome, name) for outcome in outcomes)


def used_an_event(outcomes: list[Outcome], part: str) -> float:
    return statistics.median(1_000_000 * getattr(outcome, part) / outcome.events for outcome in outcomes)


if __name__ == "__main__":
    main()
