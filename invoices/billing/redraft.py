"""Draft invoices computed again from today's usage and catalogue, as drafts or for good (I6, I7)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import msgspec

from invoices.billing.adjustments import load_adjustments
from invoices.billing.compute import draft_of
from invoices.billing.credit_notes.terminations import give_back_unused_days, withdraw_drafts
from invoices.billing.credits import load_credits
from invoices.billing.dates import Dates, Parties, final_dates
from invoices.billing.drafts import BillingJob, FeeDraft
from invoices.billing.gather import gather
from invoices.billing.jobs import job_again
from invoices.billing.rate import rate_job
from invoices.billing.record import rewrite
from invoices.models import Invoice, InvoiceStatus, InvoiceSubscription


def redraft(invoices: Sequence[Invoice], *, finalize: bool, at: datetime) -> None:
    """Compute ``invoices`` (drafts, locked by the caller) again for the periods they were made for.

    Their fees are replaced, so the fees' ids change (3-I9), and draft credit notes are made again (3-N8).
    """
    ended = withdraw_drafts(invoices)
    jobs = jobs_by_invoice([invoice.id for invoice in invoices])
    all_jobs = [job for own in jobs.values() for job in own]
    gathered, credits = gather(all_jobs, remade=list(jobs)), load_credits(all_jobs, remade=list(jobs))
    drafts = []
    for invoice in invoices:
        own = jobs[invoice.id]
        fees = [fee for job in own for fee in rate_job(job, gathered) if fee.is_invoiceable]
        dates = _final(invoice, own, fees, at) if finalize else _as_they_were(invoice)
        drafts.append(
            msgspec.structs.replace(
                draft_of(own, fees, credits, epoch=gathered.usage_epoch, dates=dates), id=invoice.id
            )
        )
    rewrite(drafts, at=at)
    give_back_unused_days(ended, at=at)


def _as_they_were(invoice: Invoice) -> Dates:
    return Dates(InvoiceStatus.DRAFT, invoice.issuing_date, None, invoice.expected_finalization_date)


def _final(invoice: Invoice, jobs: Sequence[BillingJob], fees: Sequence[FeeDraft], at: datetime) -> Dates:
    return final_dates(
        Parties(jobs[0].subscription.customer, jobs[0].subscription.issuer),
        reason=jobs[0].reason,
        drafted=invoice.issuing_date,
        fees_cents=sum(fee.amount_cents for fee in fees),
        at=at,
    )


def jobs_by_invoice(invoice_ids: Sequence[UUID]) -> dict[UUID, list[BillingJob]]:
    """The jobs that invoices were made from, with what was set on their fees by hand. Two queries."""
    adjustments = load_adjustments(invoice_ids)
    periods = (
        InvoiceSubscription.objects.filter(invoice_id__in=invoice_ids)
        .select_related(
            "invoice", "subscription__plan", "subscription__billing_entity", "subscription__customer__billing_entity"
        )
        .order_by("created_at", "id")
    )
    jobs: dict[UUID, list[BillingJob]] = {invoice_id: [] for invoice_id in invoice_ids}
    for period in periods:
        job = job_again(period, period.invoice.timezone)
        jobs[period.invoice_id].append(replace(job, adjustments=adjustments.get(period.invoice_id, {})))
    return jobs
