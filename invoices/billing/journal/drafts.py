"""Invoices posted as they are written, from the values that they are written from."""

from collections.abc import Sequence
from datetime import datetime

from invoices.billing.drafts import InvoiceDraft
from invoices.billing.journal.entries import Books, Posting, post
from invoices.billing.journal.invoices import post_invoices
from invoices.billing.journal.subjects import catalogue_plan_id, fee_subject, tax_subject
from invoices.journal import BilledInvoice, invoice_lines
from invoices.models import InvoiceStatus, JournalDocument, JournalEvent


def post_drafts(drafts: Sequence[InvoiceDraft], *, at: datetime) -> None:
    """Those that are final now. Two statements, and three more for fees that were written before their invoice."""
    final = [draft for draft in drafts if draft.is_invoiced and draft.status == InvoiceStatus.FINALIZED]
    post([_posting(draft) for draft in final if not draft.paid_fee_ids], at=at)
    post_invoices([draft.id for draft in final if draft.paid_fee_ids], at=at)


def _posting(draft: InvoiceDraft) -> Posting:
    return Posting(
        books=Books(draft.customer.organization_id, draft.issuer.id, draft.customer.id, draft.currency),
        document=JournalDocument.INVOICE,
        document_id=draft.id,
        event=JournalEvent.ISSUED,
        date=draft.issuing_date,
        lines=invoice_lines(_billed(draft)),
    )


def _billed(draft: InvoiceDraft) -> BilledInvoice:
    settlement = draft.settlement
    plans = {job.subscription.id: catalogue_plan_id(job.subscription.plan) for job in draft.jobs}
    fees = [
        (fee_subject(fee, plans[fee.subscription_id] if fee.subscription_id else None), fee.amount_cents)
        for fee in draft.fees
    ]
    return BilledInvoice(
        fees,
        [(tax_subject(line.tax.id, line.tax.code), line.amount_cents) for line in settlement.taxes.lines],
        settlement.taxes.amount_cents,
        settlement.progressive_billing_credit_amount_cents,
        settlement.coupons_amount_cents,
        settlement.credit_notes_amount_cents,
        settlement.prepaid_credit_amount_cents,
        settlement.total_amount_cents,
    )
