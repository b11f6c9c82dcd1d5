"""Draft invoices computed again from today's usage and catalogue, as drafts or for good (I6, I7)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from customers.models import Customer
from invoices.billing.compute import draft_invoices
from invoices.billing.dates import final_dates
from invoices.billing.drafts import BillingJob, InvoiceDraft
from invoices.billing.gather import gather
from invoices.billing.jobs import job_again
from invoices.billing.record import rewrite
from invoices.models import Invoice, InvoiceStatus, InvoiceSubscription


def redraft(invoices: Sequence[Invoice], *, finalize: bool, at: datetime) -> None:
    """Compute ``invoices`` (drafts, locked by the caller) again for the periods they were made for.

    Their fees are replaced, so the fees' ids change (3-I9).
    """
    jobs = _jobs_by_invoice([invoice.id for invoice in invoices])
    gathered = gather([job for own in jobs.values() for job in own], remade=list(jobs))
    drafts = []
    for invoice in invoices:
        draft = _as_it_was(next(draft_invoices(jobs[invoice.id], gathered)), invoice)
        drafts.append(_finalized(draft, at) if finalize else draft)
    rewrite(drafts, at=at)


def _as_it_was(draft: InvoiceDraft, invoice: Invoice) -> InvoiceDraft:
    return replace(
        draft,
        id=invoice.id,
        status=InvoiceStatus.DRAFT,
        issuing_date=invoice.issuing_date,
        payment_due_date=None,
        expected_finalization_date=invoice.expected_finalization_date,
    )


def _finalized(draft: InvoiceDraft, at: datetime) -> InvoiceDraft:
    customer: Customer = draft.customer
    dates = final_dates(
        customer,
        reason=draft.jobs[0].reason,
        drafted=draft.issuing_date,
        fees_cents=draft.settlement.fees_amount_cents,
        at=at,
    )
    return replace(draft, **dates._asdict())


def _jobs_by_invoice(invoice_ids: Sequence[UUID]) -> dict[UUID, list[BillingJob]]:
    periods = (
        InvoiceSubscription.objects.filter(invoice_id__in=invoice_ids)
        .select_related("invoice", "subscription__plan", "subscription__customer__billing_entity")
        .order_by("created_at", "id")
    )
    jobs: dict[UUID, list[BillingJob]] = {invoice_id: [] for invoice_id in invoice_ids}
    for period in periods:
        jobs[period.invoice_id].append(job_again(period, period.invoice.timezone))
    return jobs
