"""Invoices finalized per second by the billing run, against one invoice at a time with the ORM.

    python -m tests.benchmarks.billing [--quick] [--subscriptions N] [--profile]

A live organization's month (``billed_month``): a fee, three charges, tax, coupons, wallets, a webhook message for each
invoice. The run is queued and worked on as in production: by one process that takes its tasks in turn, then by the
worker's cluster of two. The naive way computes and saves the same invoices, one after the other, for a sample. All must
come to the same totals. Everything is durable: a database of its own, with the server's ordinary settings.
"""

import argparse
import cProfile
import os
import pstats
import time
from collections.abc import Callable
from typing import NamedTuple, TypeVar
from uuid import UUID

import django
import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
os.environ.setdefault("BILLING_LOG_LEVEL", "WARNING")
django.setup()

from django.db import connection  # noqa: E402
from django.db.models import Sum  # noqa: E402
from django_q.models import OrmQ  # noqa: E402
from django_q.tasks import async_task  # noqa: E402

from billing_site.kernel.clock import wall_now  # noqa: E402
from customers.models import Organization, WebhookMessage  # noqa: E402
from invoices.billing.run import open_run  # noqa: E402
from invoices.models import BillingRun, Fee, Invoice, RunStatus, Wallet  # noqa: E402
from invoices.services.billing import queue_billing  # noqa: E402
from invoices.tasks import work_on_run  # noqa: E402
from plans.models import Subscription  # noqa: E402
from tests.benchmarks.billed_month import a_billed_month, fill_wallets, last_month  # noqa: E402
from tests.benchmarks.database import database  # noqa: E402
from tests.benchmarks.load import running  # noqa: E402
from tests.benchmarks.naive_billing import bill_one_at_a_time  # noqa: E402
from tests.benchmarks.processor import database_server, largest_mib, seconds_of  # noqa: E402
from tests.platform.processes import wait_until  # noqa: E402

TAKEN_BACK = """TRUNCATE invoices_invoice, invoices_billingrun, invoices_documentsequence, invoices_wallet,
    customers_webhookmessage, django_q_ormq, django_q_task CASCADE"""


Result = TypeVar("Result")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="600 subscriptions instead of 100,000")
    parser.add_argument("--subscriptions", type=int)
    parser.add_argument("--profile", action="store_true", help="where the time of one process goes")
    options = parser.parse_args()
    count = options.subscriptions or (600 if options.quick else 100_000)
    with database():
        organization = a_billed_month(count)
        if options.profile:
            profile(organization)
        else:
            compare(organization, count, sample=60 if options.quick else 1000)


def compare(organization: Organization, count: int, *, sample: int) -> None:
    print(f"{'way':<28}{'invoices':>10}{'seconds':>10}{'a second':>12}{'ratio':>8}{'Python ms':>11}{'SQL ms':>8} each")
    ids = list(Subscription.objects.order_by("created_at", "id").values_list("id", flat=True)[:sample])
    expected, naive = measured(lambda: bill_one_at_a_time(ids, last_month().end), psutil.Process())
    forget(organization)
    show("ORM, one at a time", sample, naive, naive.seconds / sample)
    _, cost = measured(lambda: in_turn(organization), psutil.Process())
    check(organization, count, ids, expected)
    show("billing run, one process", count, cost, naive.seconds / sample)
    forget(organization)
    with running("manage.py", "worker", "--cluster") as started:
        cluster = psutil.Process(started.pid)
        wait_until_awake()
        memory, cost = measured(lambda: by_the_worker(organization, count, cluster), cluster)
    check(organization, count, ids, expected)
    show("billing run, worker of two", count, cost, naive.seconds / sample)
    print("\nlargest worker, MiB at each quarter of the run and at its end: " + ", ".join(map(str, memory)))


class Cost(NamedTuple):
    """Seconds on the clock, and of processor time: of the Python processes, and of all of PostgreSQL."""

    seconds: float
    python: float
    sql: float


def measured(work: Callable[[], Result], family: psutil.Process) -> tuple[Result, Cost]:
    server, python = database_server(), seconds_of(family)
    sql, begin = seconds_of(server), time.perf_counter()
    result = work()
    return result, Cost(time.perf_counter() - begin, seconds_of(family) - python, seconds_of(server) - sql)


def show(way: str, invoices: int, cost: Cost, naive_seconds_each: float) -> None:
    speed = invoices / cost.seconds
    each = [seconds * 1000 / invoices for seconds in (cost.python, cost.sql)]
    ratio = f"{speed * naive_seconds_each:.1f}x"
    print(
        f"{way:<28}{invoices:>10,}{cost.seconds:>10.2f}{speed:>12,.0f}{ratio:>8}{each[0]:>11.3f}{each[1]:>8.3f}",
        flush=True,
    )


def in_turn(organization: Organization) -> None:
    """The tasks of the run, one after the other."""
    run = open_run(organization, at=wall_now())
    assert run is not None
    while is_going_on(run.id):
        work_on_run(run.id)


def by_the_worker(organization: Organization, count: int, cluster: psutil.Process) -> list[int]:
    """The run as the schedule starts it, by the worker; MiB of its largest process at each quarter and the end."""
    run = queue_billing(organization=organization, at=wall_now())
    assert run is not None
    memory: list[int] = []
    while is_going_on(run.id):
        if Invoice.objects.count() * 4 >= count * (len(memory) + 1):
            memory.append(largest_mib(cluster))
        time.sleep(0.2)
    return [*memory, largest_mib(cluster)]


def is_going_on(run_id: UUID) -> bool:
    return BillingRun.objects.get(id=run_id).status == RunStatus.RUNNING


def wait_until_awake() -> None:
    """The first task waits for the processes to start."""
    async_task("usage.rollup.roll")
    wait_until(lambda: not OrmQ.objects.exists())


def check(organization: Organization, count: int, ids: list[UUID], expected: int) -> None:
    """All have one numbered invoice that is told of, it adds up, and the sample's totals are those of the naive way."""
    run = BillingRun.objects.get(organization=organization)
    assert (run.status, run.invoices_created) == (RunStatus.DONE, count), run.status
    invoices = Invoice.objects.filter(status="finalized", sequential_id=1)
    assert invoices.count() == WebhookMessage.objects.filter(webhook_type="invoice.created").count() == count
    sums = invoices.aggregate(fees=Sum("fees_amount_cents"), prepaid=Sum("prepaid_credit_amount_cents"))
    assert sums["fees"] == Fee.objects.aggregate(fees=Sum("amount_cents"))["fees"]
    assert sums["prepaid"] == Wallet.objects.aggregate(consumed=Sum("consumed_amount_cents"))["consumed"]
    of_sample = invoices.filter(invoice_subscriptions__subscription_id__in=ids)
    assert of_sample.aggregate(total=Sum("total_amount_cents"))["total"] == expected


def forget(organization: Organization) -> None:
    """Back to before the run."""
    with connection.cursor() as cursor:
        cursor.execute(TAKEN_BACK)
    Subscription.objects.filter(organization=organization).update(next_billing_at=last_month().end)
    fill_wallets(organization)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def profile(organization: Organization) -> None:
    profiler = cProfile.Profile()
    profiler.runcall(in_turn, organization)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(45)


if __name__ == "__main__":
    main()
