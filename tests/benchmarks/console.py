"""Lists of the console over millions of rows: first and deep pages, filters, searches.

    python -m tests.benchmarks.console [--quick] [--rows N]

So many invoices, fees and events, and a fiftieth of customers, made by the database. Each page is asked for as by a
browser, in this process: milliseconds on the clock and of processor time, statements, and the longest one. Against them
Django's own list, which counts all rows. A page must show the row that it is asked for, and nothing may count a table.
"""

import argparse
import os
import re
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
os.environ.setdefault("BILLING_LOG_LEVEL", "WARNING")
django.setup()

from django.contrib.admin import site  # noqa: E402
from django.core.paginator import Paginator  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings  # noqa: E402

from billing_site.kernel.admin.paginator import CAP  # noqa: E402
from invoices.models import Invoice  # noqa: E402
from tests.benchmarks.database import database  # noqa: E402
from tests.benchmarks.full_tables import INVOICES_A_CUSTOMER, full_tables  # noqa: E402
from tests.support.console import Console  # noqa: E402

ROUNDS = 5
COUNTS_A_TABLE = re.compile(r'SELECT COUNT\(\*\)[^(]* FROM "')


class Look(NamedTuple):
    """A page of the console, and a row that it must show."""

    what: str
    page: str
    query: dict[str, Any]
    shows: str


class Seen(NamedTuple):
    milliseconds: float
    processor: float
    statements: int
    longest: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20,000 rows instead of 5,000,000")
    parser.add_argument("--rows", type=int)
    options = parser.parse_args()
    rows = options.rows or (20_000 if options.quick else 5_000_000)
    with database(), override_settings(ALLOWED_HOSTS=["*"]):
        console = Console(full_tables(rows))
        print(f"{rows:,} rows{'':<22}{'ms':>8}{'of it Python':>14}{'statements':>12}{'longest ms':>12}")
        for look in looks(rows):
            show(look.what, seen(console, look))
        with djangos_own_list():
            show("Django's list of invoices", measured(console, next(looks(rows)))[0])


def looks(rows: int) -> Iterator[Look]:
    invoices, customers, fees = (
        "invoices_invoice_changelist",
        "customers_customer_changelist",
        "invoices_fee_changelist",
    )
    deepest, few = CAP // 50, rows // INVOICES_A_CUSTOMER
    yield Look("invoices", invoices, {}, number(rows))
    unpaid = {"status__exact": "finalized", "payment_status__exact": "pending"}
    yield Look("invoices, unpaid", invoices, unpaid, number(rows))
    yield Look("invoices, by number", invoices, {"q": number(rows // 2)}, number(rows // 2))
    beginning = number(rows // 2)[:-3]
    yield Look("invoices, by beginning", invoices, {"q": beginning}, beginning)
    yield Look("invoices, by part", invoices, {"q": number(rows // 2)[6:]}, number(rows // 2))
    yield Look("invoices, one-off (none)", invoices, {"invoice_type__exact": "one_off"}, "Nothing fits")
    yield Look("invoices, by customer", invoices, {"q": f"Copy {few}"}, f"Copy {few}")
    yield Look("invoices, deepest page", invoices, {"p": deepest}, number(rows - CAP + 50))
    yield Look("customers", customers, {}, f"Copy {few}")
    yield Look("customers, by name", customers, {"q": f"Copy {few // 2}"}, f"Copy {few // 2}")
    yield Look("fees", fees, {}, f"Copied fee {rows}")
    yield Look("fees of charges", fees, {"fee_type__exact": "charge"}, f"Copied fee {rows}")
    yield Look("fees of add-ons (none)", fees, {"fee_type__exact": "add_on"}, "Nothing fits")
    yield Look("fees, deepest page", fees, {"p": deepest}, f"Copied fee {rows - CAP + 50}")
    yield Look("events", "events", {}, f"copy-{rows}")
    yield Look("events of a subscription", "events", {"external_subscription_id": "copied"}, f"copy-{rows}")
    yield Look("events, deepest page", "events", {"page": deepest}, f"copy-{rows - CAP + 50}")


def number(n: int) -> str:
    return f"COPY-{n:08d}"


def seen(console: Console, look: Look) -> Seen:
    """Right, and without counting a table."""
    result, statements = measured(console, look)
    for statement in statements:
        assert not COUNTS_A_TABLE.search(statement), f"{look.what}: {statement}"
    return result


def measured(console: Console, look: Look) -> tuple[Seen, list[str]]:
    """The median of warm rounds; statements of the last."""
    clock, processor = [], []
    for _ in range(ROUNDS):
        begin, used = time.perf_counter(), time.process_time()
        html = console.open(look.page, **look.query)
        clock.append((time.perf_counter() - begin) * 1000)
        processor.append((time.process_time() - used) * 1000)
        assert look.shows in html, f"{look.what} does not show {look.shows}"
    with CaptureQueriesContext(connection) as captured:
        console.open(look.page, **look.query)
    longest = max(float(query["time"]) * 1000 for query in captured.captured_queries)
    middle = statistics.median
    told = Seen(middle(clock), middle(processor), len(captured), longest)
    return told, [str(query["sql"]) for query in captured.captured_queries]


def show(what: str, seen: Seen) -> None:
    times = f"{seen.milliseconds:>8.0f}{seen.processor:>14.0f}"
    print(f"{what:<32}{times}{seen.statements:>12}{seen.longest:>12.0f}", flush=True)


@contextmanager
def djangos_own_list() -> Iterator[None]:
    """As Django lists invoices by itself: with the number of all rows, and of those that the filter leaves."""
    admin = site.get_model_admin(Invoice)
    with patch.multiple(admin, paginator=Paginator, show_full_result_count=True):
        yield


if __name__ == "__main__":
    main()
