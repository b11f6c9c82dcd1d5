"""Invoices finalized per second by the billing run, against one invoice at a time with the ORM.

    python -m tests.benchmarks.billing [--quick] [--subscriptions N] [--profile]

Each subscription has a monthly fee, two usage charges (standard and graduated) and a tax. The run goes the workers'
way: chunks are claimed and billed until none is left, by one process and by two. The naive way computes and saves the
same invoices, one after the other, for a sample. All must come to the same totals. Everything is durable: a database of
its own, with the server's ordinary settings.
"""

import argparse
import cProfile
import multiprocessing
import os
import pstats
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import NamedTuple
from uuid import UUID

import django
import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.db.models import Sum  # noqa: E402

from customers.models import Organization  # noqa: E402
from invoices.billing.run import open_run  # noqa: E402
from invoices.models import BillingRun, Fee, Invoice  # noqa: E402
from invoices.tasks import work_on_run  # noqa: E402
from plans.models import Subscription  # noqa: E402
from tests.benchmarks.database import database  # noqa: E402
from tests.benchmarks.naive_billing import bill_one_at_a_time  # noqa: E402
from tests.support.builders import a_tax, an_organization  # noqa: E402
from tests.support.clock import instant  # noqa: E402
from tests.support.many import many_subscriptions  # noqa: E402
from tests.support.plans import a_charge, a_plan  # noqa: E402
from tests.support.usage import a_metric, an_event, send  # noqa: E402
from usage.rollup import roll  # noqa: E402

JANUARY, FEBRUARY = instant("2024-01-01"), instant("2024-02-01")
# Two events each: 1,000 a call.
BATCH = 500
RANGES = [
    {"from_value": 0, "to_value": 100, "per_unit_amount": "0.10", "flat_amount": "1"},
    {"from_value": 101, "to_value": None, "per_unit_amount": "0.05", "flat_amount": "0"},
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="5,000 subscriptions instead of 100,000")
    parser.add_argument("--subscriptions", type=int)
    parser.add_argument("--profile", action="store_true", help="where the time of one process goes")
    options = parser.parse_args()
    count = options.subscriptions or (5_000 if options.quick else 100_000)
    with database():
        organization = a_month_of_usage(count)
        if options.profile:
            profile(organization)
        else:
            compare(organization, count, sample=200 if options.quick else 1000)


def compare(organization: Organization, count: int, *, sample: int) -> None:
    print(f"{'way':<28}{'invoices':>10}{'seconds':>10}{'a second':>12}{'ratio':>8}{'Python ms':>11}{'SQL ms':>8} each")
    ids = list(Subscription.objects.order_by("created_at", "id").values_list("id", flat=True)[:sample])
    expected, naive = undone(lambda: bill_one_at_a_time(ids, FEBRUARY))
    show("ORM, one at a time", sample, naive, naive.seconds / sample)
    for workers in (1, 2):
        _, cost = measured(partial(run_with, organization, workers))
        check(organization, count, ids, expected)
        show(f"billing run, {workers} process{'es' * (workers > 1)}", count, cost, naive.seconds / sample)
        forget(organization)


class Cost(NamedTuple):
    """Seconds on the clock, and of processor time: that does not depend on what else the machine does.

    The latter is of this process and its own connection only.
    """

    seconds: float
    python: float
    sql: float


def measured(work: Callable[[], int]) -> tuple[int, Cost]:
    server = psutil.Process(connection.cursor().connection.info.backend_pid)
    seconds, python, sql = time.perf_counter(), time.process_time(), sum(server.cpu_times()[:2])
    result = work()
    elapsed = time.perf_counter() - seconds
    used = sum(server.cpu_times()[:2]) - sql if server.is_running() else 0
    return result, Cost(elapsed, time.process_time() - python, used)


def show(way: str, invoices: int, cost: Cost, naive_seconds_each: float) -> None:
    speed = invoices / cost.seconds
    each = "".join(f"{used * 1000 / invoices:>9.3f}" if used else f"{'-':>9}" for used in (cost.python, cost.sql))
    ratio = f"{speed * naive_seconds_each:.1f}x"
    print(f"{way:<28}{invoices:>10,}{cost.seconds:>10.2f}{speed:>12,.0f}{ratio:>8}{each}", flush=True)


def run_with(organization: Organization, workers: int) -> int:
    """From opening the run to its end, chunks taken by ``workers`` processes."""
    run = open_run(organization, at=FEBRUARY)
    assert run is not None
    if workers == 1:
        work(run.id)
    else:
        connection.close()
        fork = multiprocessing.get_context("fork")
        processes = [fork.Process(target=work, args=(run.id,)) for _ in range(workers)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
    return BillingRun.objects.get(id=run.id).invoices_created


def work(run_id: UUID) -> None:
    while BillingRun.objects.get(id=run_id).status == "running":
        work_on_run(run_id)


def check(organization: Organization, count: int, ids: list[UUID], expected: int) -> None:
    """Everyone has one invoice, the fees add up to them, and the sample's totals are what the naive way found."""
    run = BillingRun.objects.get(organization=organization)
    assert (run.status, run.invoices_created) == ("done", count), run.status
    totals = Invoice.objects.aggregate(fees=Sum("fees_amount_cents"))["fees"]
    assert totals == Fee.objects.aggregate(fees=Sum("amount_cents"))["fees"]
    of_sample = Invoice.objects.filter(invoice_subscriptions__subscription_id__in=ids)
    assert of_sample.aggregate(total=Sum("total_amount_cents"))["total"] == expected


def forget(organization: Organization) -> None:
    """Back to before the run."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE invoices_invoice, invoices_billingrun, invoices_documentsequence CASCADE")
        cursor.execute("VACUUM ANALYZE plans_subscription")
    Subscription.objects.filter(organization=organization).update(next_billing_at=FEBRUARY)


def undone(work: Callable[[], int]) -> tuple[int, Cost]:
    """What ``work`` returned and cost; nothing of it stays."""
    result, cost = measured(work)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE invoices_invoice, invoices_documentsequence CASCADE")
    return result, cost


def profile(organization: Organization) -> None:
    profiler = cProfile.Profile()
    profiler.runcall(run_with, organization, 1)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(45)


def a_month_of_usage(count: int) -> Organization:
    organization = an_organization(at=JANUARY)
    a_tax(organization, "vat", 20, applied_to_organization=True)
    charges = [
        a_charge(a_metric(organization, "tokens"), "0.0025"),
        a_charge(a_metric(organization, "calls"), charge_model="graduated", properties={"graduated_ranges": RANGES}),
    ]
    many_subscriptions(
        organization, a_plan(organization, amount_cents=4900, charges=charges), count, started_at=JANUARY
    )
    for start in range(0, count, BATCH):
        send(organization, *_events(range(start, min(start + BATCH, count))))
    roll()
    with transaction.atomic():
        Organization.objects.filter(id=organization.id).update(test_clock_at=FEBRUARY)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    organization.refresh_from_db()
    return organization


def _events(numbers: range) -> Iterator[dict[str, object]]:
    for number in numbers:
        of = {"external_subscription_id": f"many-{number}", "at": instant("2024-01-10")}
        yield an_event("tokens", str(Decimal(number) * Decimal("1.37")), **of)
        yield an_event("calls", number % 250, **of)


if __name__ == "__main__":
    main()
