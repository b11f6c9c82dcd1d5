"""The kinds of work that ``scale`` looks at, each on a table of a given size."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

from invoices.documents.pdf import render_invoice
from invoices.models import Invoice
from tests.benchmarks.billed_month import a_billed_month
from tests.benchmarks.billing import in_turn
from tests.benchmarks.full_tables import full_tables
from tests.benchmarks.pdf import invoice_of
from tests.benchmarks.processor import Spent, once, spent_on
from tests.benchmarks.usage import HOT, Story
from tests.support.api import ApiClient
from tests.support.console import Console
from tests.support.usage import an_event
from usage.models import UsageEvent
from usage.rollup import roll

BATCH = 100


@dataclass(frozen=True)
class Part:
    """``there`` is what grows from ``smallest`` (with ``--quick`` from ``quick``) to a hundred times as much.

    ``spent`` takes that number and how many times the work is done for one measurement, in full so many ``times``.
    """

    work: str
    there: str
    smallest: int
    quick: int
    times: int
    spent: Callable[[int, int], Spent]


def ingest(size: int, times: int) -> Spent:
    """An event of a batch of a hundred, stored and folded into the buckets."""
    story = a_story(size)
    api, numbers = ApiClient(story.organization), iter(range(1_000_000))

    def batch() -> None:
        number = next(numbers)
        keys = {"external_subscription_id": HOT, "at": story.now}
        events = [an_event(value=1, transaction_id=f"{number}-{place}", **keys) for place in range(BATCH)]
        api.post("/events/batch", {"events": events})
        roll()

    spent = spent_on(batch, times=times)
    assert UsageEvent.objects.count() == size + next(numbers) * BATCH
    return Spent(spent.python / BATCH, spent.sql / BATCH)


def current_usage(size: int, times: int) -> Spent:
    """A call over the API about a subscription that has a tenth of all events."""
    story = a_story(10 * size)
    api = ApiClient(story.organization)
    path = f"/customers/{HOT}/current_usage"

    def call() -> None:
        [charge] = api.get(path, external_subscription_id=HOT)["customer_usage"]["charges_usage"]
        assert charge["events_count"] == size, charge["events_count"]

    return spent_on(call, times=times)


def billing(size: int, _: int) -> Spent:
    """An invoice of a billing run of so many subscriptions."""
    organization = a_billed_month(size)
    spent = once(lambda: in_turn(organization))
    assert Invoice.objects.filter(status="finalized").count() == size
    return Spent(spent.python / size, spent.sql / size)


def document(size: int, times: int) -> Spent:
    """An invoice's PDF of so many lines."""
    numbers = iter(range(1_000_000))
    return spent_on(lambda: render_invoice(invoice_of(size, next(numbers))), times=max(times // size, 1))


def console_list(size: int, times: int) -> Spent:
    """The first page of the list of invoices."""
    console = Console(full_tables(size))

    def page() -> None:
        assert f"COPY-{size:08d}" in console.open("invoices_invoice_changelist")

    return spent_on(page, times=times)


PARTS = (
    Part("ingest, an event", "events", 10_000, 100, 10, ingest),
    Part("current usage, a call", "events of it", 1_000, 10, 20, current_usage),
    Part("billing run, an invoice", "subscriptions", 100, 1, 1, billing),
    Part("PDF, a document", "lines", 1, 1, 200, document),
    Part("console, a page of invoices", "invoices", 10_000, 10, 10, console_list),
)


def a_story(size: int) -> Story:
    """An organization whose events of the month are in the buckets."""
    story = Story(size)
    story.store(0, size)
    roll()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return story
