"""Write a batch of settled drafts with COPY, within the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from billing_site.kernel.copy import copy_rows
from invoices.billing import rows
from invoices.billing.credit_notes.excess import give_back_excess
from invoices.billing.credits import record_credits
from invoices.billing.drafts import InvoiceDraft
from invoices.billing.instances import instance_of
from invoices.billing.journal import post_drafts
from invoices.billing.letterhead import load_letterheads
from invoices.billing.numbering import Number, Numbered, take_numbers
from invoices.models import Credit, Fee, FeeAppliedTax, Invoice, InvoiceAppliedTax, InvoiceStatus, InvoiceSubscription
from invoices.signals import invoices_written

# A redraft keeps what belongs to the invoice itself: its id, birth, time zone, metadata and payments.
_KEPT = {
    "id",
    "created_at",
    "organization_id",
    "customer_id",
    "timezone",
    "metadata",
    "total_paid_amount_cents",
    "offset_amount_cents",
}
_REWRITTEN = [column for column in rows.INVOICE_COLUMNS if column not in _KEPT]


def record(drafts: Sequence[InvoiceDraft], *, at: datetime) -> list[UUID]:
    """Number and write ``drafts`` in as many statements, whatever their count; returns the invoices' ids.

    Of a draft that is not invoiced only the fees are written.

    A period that was billed before breaks ``invoice_subscription_billed_once_per_period``, and the whole batch with it.
    """
    invoiced = [draft for draft in drafts if draft.is_invoiced]
    numbers = _numbers(invoiced, at)
    letterheads = load_letterheads(invoiced)
    copy_rows(
        Invoice._meta.db_table,
        rows.INVOICE_COLUMNS,
        (rows.invoice_row(draft, numbers.get(draft.id), letterheads, at) for draft in invoiced),
    )
    copy_rows(
        InvoiceSubscription._meta.db_table,
        rows.PERIOD_COLUMNS,
        (rows.period_row(draft, job, at) for draft in invoiced for job in draft.jobs),
    )
    _record_fees(drafts, at)
    _put_on_invoices(drafts, at)
    record_credits(drafts, at=at)
    post_drafts(drafts, at=at)
    give_back_excess(drafts, at=at)
    invoices_written.send(Invoice, drafts=drafts, is_new=True, at=at)
    return [draft.id for draft in invoiced]


def rewrite(drafts: Sequence[InvoiceDraft], *, at: datetime) -> None:
    """Replace what exists of drafts of the same ids: amounts, fees and taxes; number those now final.

    The periods stay: they are what the invoice is about.
    """
    numbers = _numbers(drafts, at)
    letterheads = load_letterheads(drafts)
    ids = [draft.id for draft in drafts]
    for part in (Fee, InvoiceAppliedTax, Credit):
        part._default_manager.filter(invoice_id__in=ids).delete()
    rewritten = [
        instance_of(Invoice, rows.INVOICE_COLUMNS, rows.invoice_row(draft, numbers.get(draft.id), letterheads, at))
        for draft in drafts
    ]
    Invoice.objects.bulk_update(rewritten, _REWRITTEN)
    _record_fees(drafts, at)
    record_credits(drafts, at=at)
    post_drafts(drafts, at=at)
    give_back_excess(drafts, at=at)
    invoices_written.send(Invoice, drafts=drafts, is_new=False, at=at)


def _record_fees(drafts: Sequence[InvoiceDraft], at: datetime) -> None:
    fees = (row for draft in drafts for row in rows.fee_rows(draft, at))
    copy_rows(Fee._meta.db_table, rows.FEE_COLUMNS, fees)
    taxes = (row for draft in drafts for row in rows.fee_tax_rows(draft, at))
    copy_rows(FeeAppliedTax._meta.db_table, rows.FEE_TAX_COLUMNS, taxes)
    copy_rows(
        InvoiceAppliedTax._meta.db_table,
        rows.INVOICE_TAX_COLUMNS,
        (row for draft in drafts if draft.is_invoiced for row in rows.invoice_tax_rows(draft, at)),
    )


_PUT = """
    UPDATE invoices_fee SET invoice_id = pair.invoice_id, updated_at = %s
    FROM unnest(%s::uuid[], %s::uuid[]) AS pair (fee_id, invoice_id) WHERE invoices_fee.id = pair.fee_id
"""


def _put_on_invoices(drafts: Sequence[InvoiceDraft], at: datetime) -> None:
    """Fees that were written, and paid, before."""
    pairs = [(fee_id, draft.id) for draft in drafts for fee_id in draft.paid_fee_ids]
    if pairs:
        fee_ids, invoice_ids = zip(*pairs, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(_PUT, [at, list(fee_ids), list(invoice_ids)])


def _numbers(drafts: Sequence[InvoiceDraft], at: datetime) -> dict[UUID, Number]:
    final = [draft for draft in drafts if draft.status == InvoiceStatus.FINALIZED]
    numbers = take_numbers([Numbered(draft.issuer, draft.customer, draft.self_billed) for draft in final], at=at)
    return {draft.id: number for draft, number in zip(final, numbers, strict=True)}
