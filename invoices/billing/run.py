"""Billing runs: everything that is due in one organization, in chunks of customers that any worker may take.

Each chunk is one transaction. A run that was cut short is resumed by the next call; a chunk that killed its worker
several times is given up and its customers are set aside.
"""

import gc
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Sum

from billing_site.kernel.ids import uuid7
from billing_site.kernel.locks import release_session_lock, try_session_lock
from customers.models import Organization
from invoices.billing.bill import Billed, bill_due
from invoices.models import (
    BillingFailure,
    BillingHold,
    BillingRun,
    BillingRunChunk,
    ChunkStatus,
    Invoice,
    RunStatus,
    UnchargedFlush,
)
from plans.models import Subscription, SubscriptionStatus
from usage.rollup import roll

CHUNK_SIZE = 2000
MAX_ATTEMPTS = 5
_CHUNK = "billing_run_chunk"
OUTCOME = ("status", "customers_failed", "invoices_created", "invoice_ids", "customers_billed", "totals")
GIVEN_UP = (
    "Billing this group of customers was interrupted {attempts} times. Retry it; if it fails again, look at the log."
)

_CUT_INTO_CHUNKS = """
    WITH due AS (
        SELECT DISTINCT customer_id FROM plans_subscription
        WHERE organization_id = %(organization)s AND status = 'active' AND next_billing_at <= %(at)s
            AND NOT EXISTS (
                SELECT FROM invoices_billingfailure AS failure
                WHERE failure.customer_id = plans_subscription.customer_id AND failure.resolved_at IS NULL
                    AND failure.at > %(at)s - interval '1 day')
            AND NOT EXISTS (
                SELECT FROM invoices_billinghold AS hold
                WHERE hold.customer_id = plans_subscription.customer_id AND hold.released_at IS NULL)
    ), numbered AS (
        SELECT customer_id, (row_number() OVER (ORDER BY customer_id) - 1) / %(size)s AS position FROM due
    )
    INSERT INTO invoices_billingrunchunk
        (run_id, position, customer_ids, status, attempts, customers_failed, invoices_created, invoice_ids,
         customers_billed, totals)
    SELECT %(run)s, position, array_agg(customer_id ORDER BY customer_id), 'pending', 0, 0, 0, '{}', 0, '{}'
    FROM numbered GROUP BY position
    RETURNING cardinality(customer_ids)
"""


def open_run(organization: Organization, *, at: datetime, chunk_size: int = CHUNK_SIZE) -> BillingRun | None:
    """The organization's unfinished run, or a new one over what is due at ``at``; None when nothing is.

    Customers that were set aside are taken up again a day later. A second call at the same time waits for the first and
    gets the same run.
    """
    with transaction.atomic():
        Organization.objects.select_for_update(no_key=True).get(id=organization.id)
        unfinished = BillingRun.objects.filter(organization=organization, status=RunStatus.RUNNING).first()
        return unfinished or _new_run(organization, at, chunk_size)


def work_on_chunk(run_id: UUID) -> bool:
    """Bill one chunk of the run that nobody else is at; False when there is none left to take."""
    chunk_id = _claim(run_id)
    if chunk_id is None:
        return False
    # Before the transaction, which would keep every other roller waiting.
    roll()
    try:
        with transaction.atomic(), _garbage_left_lying():
            _bill_chunk(_pending(run_id).select_for_update(of=("self",)).get(id=chunk_id))
    finally:
        release_session_lock(_CHUNK, chunk_id)
    finish_if_done(run_id)
    return True


def wait_for_chunk(run_id: UUID) -> bool:
    """Wait until whoever is at a chunk of the run has finished it or died; False when no chunk is left."""
    with transaction.atomic():
        return _pending(run_id).select_for_update(of=("self",)).order_by("position").first() is not None


def finish_if_done(run_id: UUID) -> None:
    """Close the run when its last chunk is done, with the sums of its chunks."""
    with transaction.atomic():
        run = BillingRun.objects.select_for_update(of=("self",)).select_related("organization").get(id=run_id)
        if run.status != RunStatus.RUNNING or _pending(run_id).exists():
            return
        sums = run.chunks.aggregate(failed=Sum("customers_failed"), created=Sum("invoices_created"))
        run.customers_failed, run.invoices_created = sums["failed"] or 0, sums["created"] or 0
        run.status = RunStatus.DONE_WITH_FAILURES if run.customers_failed else RunStatus.DONE
        run.finished_at = run.organization.now()
        run.save(update_fields=["customers_failed", "invoices_created", "status", "finished_at"])


def set_aside(
    organization: Organization, failures: Mapping[UUID, str], *, at: datetime, run: BillingRun | None = None
) -> None:
    """Keep the reasons for the operator to see and retry; a customer's earlier failure gives way to the new one."""
    _resolve(organization, set(failures), at)
    BillingFailure.objects.bulk_create(
        BillingFailure(organization=organization, run=run, customer_id=customer_id, at=at, reason=reason, created_at=at)
        for customer_id, reason in sorted(failures.items())
    )


def resolve_failures(organization: Organization, customer_ids: set[UUID], *, at: datetime) -> None:
    """But for those who have events that are still to be charged."""
    uncharged = UnchargedFlush.objects.filter(customer__in=customer_ids).values_list("customer_id", flat=True)
    _resolve(organization, customer_ids - set(uncharged), at)


def _resolve(organization: Organization, customer_ids: set[UUID], at: datetime) -> None:
    BillingFailure.objects.filter(
        organization=organization, customer_id__in=customer_ids, resolved_at__isnull=True
    ).update(resolved_at=at)


def _new_run(organization: Organization, at: datetime, chunk_size: int) -> BillingRun | None:
    run = BillingRun(id=uuid7(), organization=organization, at=at, created_at=at)
    parameters: dict[str, Any] = {"organization": organization.id, "at": at, "size": chunk_size, "run": run.id}
    with connection.cursor() as cursor:
        run.save(force_insert=True)
        cursor.execute(_CUT_INTO_CHUNKS, parameters)
        run.customers_count = sum(count for (count,) in cursor.fetchall())
    if not run.customers_count:
        run.delete()
        return None
    run.held_customer_ids = _held(organization, at)
    run.save(update_fields=["customers_count", "held_customer_ids"])
    return run


def _held(organization: Organization, at: datetime) -> list[UUID]:
    """Those whom the run passes by; few, so it is asked from them."""
    holds = BillingHold.objects.filter(organization=organization, released_at__isnull=True)
    due = Subscription.objects.filter(
        customer=OuterRef("customer"), status=SubscriptionStatus.ACTIVE, next_billing_at__lte=at
    )
    return list(holds.filter(Exists(due)).order_by("customer_id").values_list("customer_id", flat=True))


def _claim(run_id: UUID) -> int | None:
    """Count the attempt before it is made, so that a chunk that kills its worker is known.

    The row's lock ends with the count; the session's lock keeps others from counting the same attempt until the chunk
    is locked again, and falls with the worker.
    """
    passed: list[int] = []
    with transaction.atomic():
        while (chunk := _free(run_id).exclude(id__in=passed).first()) is not None:
            if try_session_lock(_CHUNK, chunk.id):
                BillingRunChunk.objects.filter(id=chunk.id).update(attempts=F("attempts") + 1)
                return chunk.id
            passed.append(chunk.id)
    return None


def _free(run_id: UUID) -> QuerySet[BillingRunChunk]:
    return _pending(run_id).select_for_update(skip_locked=True, of=("self",)).order_by("attempts", "position")


def _pending(run_id: UUID) -> QuerySet[BillingRunChunk]:
    return BillingRunChunk.objects.filter(run_id=run_id, status=ChunkStatus.PENDING).select_related("run__organization")


@contextmanager
def _garbage_left_lying() -> Iterator[None]:
    """A chunk's objects live until its end: to look for garbage among them again and again took a third of its time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _bill_chunk(chunk: BillingRunChunk) -> None:
    run, organization = chunk.run, chunk.run.organization
    billed = (
        _given_up(chunk) if chunk.attempts > MAX_ATTEMPTS else bill_due(organization, chunk.customer_ids, at=run.at)
    )
    set_aside(organization, billed.failures, at=run.at, run=run)
    resolve_failures(organization, set(chunk.customer_ids) - billed.failures.keys(), at=run.at)
    chunk.status = ChunkStatus.DONE
    chunk.customers_failed, chunk.invoices_created = len(billed.failures), len(billed.invoice_ids)
    chunk.invoice_ids = billed.invoice_ids
    chunk.customers_billed, chunk.totals = _came_to(billed.invoice_ids)
    chunk.save(update_fields=OUTCOME)


def _came_to(invoice_ids: Collection[UUID]) -> tuple[int, dict[str, int]]:
    """How many customers have these invoices, and their totals by currency, in cents."""
    made = list(Invoice.objects.filter(id__in=invoice_ids).values_list("customer_id", "currency", "total_amount_cents"))
    totals: Counter[str] = Counter()
    for _, currency, cents in made:
        totals[currency] += cents
    return len({customer_id for customer_id, _, _ in made}), dict(totals)


def _given_up(chunk: BillingRunChunk) -> Billed:
    reason = GIVEN_UP.format(attempts=chunk.attempts - 1)
    return Billed(failures=dict.fromkeys(chunk.customer_ids, reason))
