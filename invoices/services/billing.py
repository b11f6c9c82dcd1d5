"""Commands that bill: what is due now, one run, one customer again."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from billing_site.kernel.jobs import enqueue
from customers.models import Organization
from invoices.billing.bill import Billed, bill_due
from invoices.billing.finalize import due_drafts, finalize_drafts
from invoices.billing.run import finish_if_done, open_run, resolve_failures, set_aside, wait_for_chunk, work_on_chunk
from invoices.models import BillingFailure, BillingRun, ChunkStatus
from invoices.services.event_fees import charge_uncharged
from usage.rollup import roll

Progress = Callable[[BillingRun], None]


def bill_organization(
    *, organization: Organization, at: datetime, progress: Progress = lambda run: None
) -> list[BillingRun]:
    """Bill everything due at ``at`` here and now, chunk by chunk; the runs that it took, none when nothing is due.

    Idempotent. A run that was cut short is finished first. Workers may take chunks of the same run at the same time;
    it is done when this returns.
    """
    runs: list[BillingRun] = []
    while (not runs or runs[-1].at < at) and (run := open_run(organization, at=at)) is not None:
        while work_on_chunk(run.id) or wait_for_chunk(run.id):
            progress(run)
        finish_if_done(run.id)
        run.refresh_from_db()
        runs.append(run)
    return runs


def queue_billing(*, organization: Organization, at: datetime) -> BillingRun | None:
    """Start, or resume, the run of what is due and leave its chunks to the workers: one task a chunk."""
    with transaction.atomic():
        run = open_run(organization, at=at)
        if run is not None:
            for _ in range(run.chunks.filter(status=ChunkStatus.PENDING).count()):
                enqueue("invoices.tasks.work_on_run", run.id, inline=organization.sandbox)
    return run


def retry_customer(*, failure: BillingFailure) -> Billed:
    """Bill the customer of a failure again, up to the present of the organization.

    First the events paid in advance that could not be charged, then what is due; then its due drafts are finalized.
    """
    organization, at = failure.organization, failure.organization.now()
    roll()
    with transaction.atomic():
        billed = charge_uncharged(customer_id=failure.customer_id)
        due = bill_due(organization, [failure.customer_id], at=at)
        billed.invoice_ids += due.invoice_ids
        billed.failures |= due.failures
        drafts = due_drafts(organization, at).filter(customer_id=failure.customer_id)
        billed.failures |= finalize_drafts(drafts, at=at).failures
        set_aside(organization, billed.failures, at=at, run=failure.run)
        resolve_failures(organization, {failure.customer_id} - billed.failures.keys(), at=at)
    return billed
