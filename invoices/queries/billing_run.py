"""What a billing run came to, customer by customer; whatever its size, a page reads no more than it shows."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Sum

from customers.models import Customer
from invoices.models import BillingFailure, BillingRun, BillingRunChunk, ChunkStatus, Invoice

# Chunks in their order, and the customers of each in theirs: the sort is done chunk by chunk.
_MEMBERS = """
    SELECT member.customer_id, chunk.id
    FROM invoices_billingrunchunk AS chunk
    CROSS JOIN LATERAL unnest(chunk.customer_ids) WITH ORDINALITY AS member (customer_id, nth)
    WHERE chunk.run_id = %(run)s AND {condition}
    ORDER BY chunk.position, member.nth OFFSET %(first)s LIMIT %(count)s
"""
_HAS_INVOICE = """
    EXISTS (SELECT FROM invoices_invoice AS invoice
        WHERE invoice.customer_id = member.customer_id AND invoice.id = ANY (chunk.invoice_ids))"""
_FAILED = """
    EXISTS (SELECT FROM invoices_billingfailure AS failure
        WHERE failure.customer_id = member.customer_id AND failure.run_id = chunk.run_id)"""
_CONDITIONS = {
    "all": "true",
    "billed": _HAS_INVOICE,
    "nothing": f"chunk.status = 'done' AND NOT {_HAS_INVOICE} AND NOT {_FAILED}",
    "waiting": "chunk.status = 'pending'",
    "failed": _FAILED,
}
OUTCOMES = ("all", "billed", "nothing", "failed", "held", "waiting")


@dataclass(slots=True)
class CustomerOutcome:
    """What a run did for one customer; ``failure`` may have been resolved since."""

    customer: Customer
    invoices: list[Invoice] = field(default_factory=list)
    failure: BillingFailure | None = None
    is_held: bool = False
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class RunSums:
    """Customers by outcome, as far as the run is, and the totals of its invoices in cents by currency."""

    done: int
    billed: int
    failed: int
    invoices: int
    totals: dict[str, int]

    @property
    def nothing_due(self) -> int:
        return max(self.done - self.billed - self.failed, 0)


def sums_of(run: BillingRun) -> RunSums:
    """Two queries over the chunks, 500 customers each."""
    chunks = BillingRunChunk.objects.filter(run=run, status=ChunkStatus.DONE)
    sums = chunks.aggregate(
        done=Sum("customer_ids__len"),
        billed=Sum("customers_billed"),
        failed=Sum("customers_failed"),
        invoices=Sum("invoices_created"),
    )
    totals: Counter[str] = Counter()
    for one in chunks.values_list("totals", flat=True):
        totals.update(one)
    return RunSums(**{name: value or 0 for name, value in sums.items()}, totals=dict(totals))


def outcomes_of(run: BillingRun, outcome: str, *, first: int, count: int) -> list[CustomerOutcome]:
    """``count`` of the run's customers of that outcome, from the ``first`` on. Five queries."""
    if outcome == "held":
        return _held(run.held_customer_ids[first : first + count])
    parameters: dict[str, Any] = {"run": run.pk, "first": first, "count": count}
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS.format(condition=_CONDITIONS.get(outcome, "true")), parameters)
        members: list[tuple[UUID, int]] = cursor.fetchall()
    return _loaded(run, members)


def _loaded(run: BillingRun, members: Sequence[tuple[UUID, int]]) -> list[CustomerOutcome]:
    customers = _customers([customer_id for customer_id, _ in members])
    chunks = BillingRunChunk.objects.in_bulk({chunk_id for _, chunk_id in members})
    invoices = _invoices(customers, chunks.values())
    failures = {each.customer_id: each for each in run.failures.filter(customer__in=customers).order_by("created_at")}
    return [
        CustomerOutcome(
            customers[customer_id],
            invoices[customer_id],
            failures.get(customer_id),
            is_waiting=chunks[chunk_id].status == ChunkStatus.PENDING,
        )
        for customer_id, chunk_id in members
        if customer_id in customers
    ]


def _held(customer_ids: Sequence[UUID]) -> list[CustomerOutcome]:
    customers = _customers(customer_ids)
    return [CustomerOutcome(customers[each], is_held=True) for each in customer_ids if each in customers]


def _customers(customer_ids: Collection[UUID]) -> dict[UUID, Customer]:
    return Customer.objects.select_related("billing_entity").in_bulk(customer_ids)


def _invoices(customers: Collection[UUID], chunks: Collection[BillingRunChunk]) -> dict[UUID, list[Invoice]]:
    made = [invoice_id for chunk in chunks for invoice_id in chunk.invoice_ids]
    found: dict[UUID, list[Invoice]] = defaultdict(list)
    for invoice in Invoice.objects.filter(pk__in=made, customer__in=customers).order_by("created_at", "id"):
        found[invoice.customer_id].append(invoice)
    return found


def open_failures_of(run: BillingRun) -> int:
    return run.failures.filter(resolved_at__isnull=True).aggregate(count=Count("id"))["count"]
