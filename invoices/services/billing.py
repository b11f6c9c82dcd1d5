"""Commands that bill: what is due now, one run, one customer again."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from billing_site.kernel.jobs import enqueue
from customers.models import Organization
from invoices.billing.bill import Billed, bill_due
from invoices.billing.run import open_run, resolve_failures, set_aside, work_on_chunk
from invoices.models import BillingFailure, BillingRun, ChunkStatus

Progress = Callable[[BillingRun], None]


def bill_organization(
    *, organization: Organization, at: datetime, progress: Progress = lambda run: None
) -> BillingRun | None:
    """Bill everything due at ``at`` here and now, chunk by chunk; None when nothing is.

    Idempotent. Workers may take chunks of the same run at the same time; whoever comes last closes it.
    """
    run = open_run(organization, at=at)
    if run is None:
        return None
    while work_on_chunk(run.id):
        progress(run)
    run.refresh_from_db()
    return run


def queue_billing(*, organization: Organization, at: datetime) -> BillingRun | None:
    """Start, or resume, the run of what is due and leave its chunks to the workers: one task a chunk."""
    with transaction.atomic():
        run = open_run(organization, at=at)
        if run is not None:
            for _ in range(run.chunks.filter(status=ChunkStatus.PENDING).count()):
                enqueue("invoices.tasks.work_on_run", run.id, inline=organization.sandbox)
    return run


def retry_customer(*, failure: BillingFailure) -> Billed:
    """Bill the customer of a failure again, up to the present of the organization."""
    organization, at = failure.organization, failure.organization.now()
    with transaction.atomic():
        billed = bill_due(organization, [failure.customer_id], at=at)
        set_aside(organization, billed.failures, at=at, run=failure.run)
        resolve_failures(organization, {failure.customer_id} - billed.failures.keys(), at=at)
    return billed
