"""Bill customers: lock them, compute what is due, write it, set aside who cannot be billed.

Everything happens in the caller's transaction. Done twice, or by two workers at once, the second finds nothing due:
customers are locked first, and ``next_billing_at`` moves together with the invoices.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, transaction

from customers.models import Customer, Organization
from invoices.billing.compute import compute, readable
from invoices.billing.drafts import BillingJob, InvoiceDraft
from invoices.billing.due import due_jobs, move_next_billing
from invoices.billing.record import record


@dataclass(slots=True)
class Billed:
    """What a batch came to: the ids of new invoices, and a reason for each customer that was set aside."""

    invoice_ids: list[UUID] = field(default_factory=list)
    failures: dict[UUID, str] = field(default_factory=dict)


def bill_due(organization: Organization, customer_ids: Iterable[UUID], *, at: datetime) -> Billed:
    """Everything due for these customers up to ``at``, period by period, in order."""
    billed = Billed()
    remaining = set(lock_customers(customer_ids))
    while jobs := due_jobs(organization, remaining, at):
        bill_jobs(jobs, billed, at=at, after=move_next_billing)
        remaining = {job.subscription.customer_id for job in jobs} - billed.failures.keys()
    return billed


def bill_jobs(
    jobs: Sequence[BillingJob],
    billed: Billed,
    *,
    at: datetime,
    after: Callable[[Sequence[BillingJob]], None] = lambda jobs: None,
) -> None:
    """Compute and write ``jobs``; ``after`` runs in the savepoint of the invoices that it belongs to."""
    outcome = compute(jobs)
    billed.failures.update(outcome.failures)
    try:
        billed.invoice_ids += _write(outcome.drafts, at, after)
    except DatabaseError:
        # One row broke the batch: find out whose, customer by customer.
        for drafts in _by_customer(outcome.drafts):
            _write_one_customer(drafts, billed, at, after)


def lock_customers(customer_ids: Iterable[UUID]) -> list[UUID]:
    """Lock the rows in one order, so that batches cannot deadlock; deleted customers are skipped."""
    customers = Customer.objects.filter(id__in=list(customer_ids), deleted_at__isnull=True)
    return list(customers.order_by("id").select_for_update(of=("self",)).values_list("id", flat=True))


def _write(drafts: Sequence[InvoiceDraft], at: datetime, after: Callable[[Sequence[BillingJob]], None]) -> list[UUID]:
    if not drafts:
        return []
    with transaction.atomic():
        ids = record(drafts, at=at)
        after([job for draft in drafts for job in draft.jobs])
    return ids


def _write_one_customer(
    drafts: Sequence[InvoiceDraft], billed: Billed, at: datetime, after: Callable[[Sequence[BillingJob]], None]
) -> None:
    try:
        billed.invoice_ids += _write(drafts, at, after)
    except DatabaseError as fault:
        billed.failures[drafts[0].customer.id] = readable(fault)


def _by_customer(drafts: Sequence[InvoiceDraft]) -> Iterable[list[InvoiceDraft]]:
    grouped: dict[UUID, list[InvoiceDraft]] = {}
    for draft in drafts:
        grouped.setdefault(draft.customer.id, []).append(draft)
    return grouped.values()
