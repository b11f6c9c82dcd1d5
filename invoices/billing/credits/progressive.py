"""The last progressive invoices of the periods that a batch bills, as balances, and what drafts took of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import F, Sum

from billing_site.kernel.copy import copy_rows, text_array
from billing_site.kernel.ids import uuid7
from invoices.billing.drafts import BillingJob, InvoiceDraft
from invoices.billing.period_days import charges_of
from invoices.models import GIVEN_BACK, Credit, CreditNote, CreditNoteStatus, Fee, Invoice, InvoicingReason
from invoices.settlement import ChargeKey, ProgressiveBalance

_COLUMNS = (
    *("id", "created_at", "updated_at", "invoice_id", "progressive_billing_invoice_id"),
    *("amount_cents", "amount_currency", "before_taxes"),
)
# These bill the usage of a period in arrears; events and units paid in advance have nothing to do with it.
_OF_USAGE = frozenset({InvoicingReason.PERIODIC, InvoicingReason.TERMINATING, InvoicingReason.PROGRESSIVE_BILLING})
# Fees are cumulative, so only the last invoice of a period counts (3-Z4). A subscription that ends within the instant
# of one is billed up to that instant.
_LAST = """
    SELECT wanted.subscription_id, wanted.starts_at, last.invoice_id
    FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[]) AS wanted (subscription_id, starts_at, ends_at)
    CROSS JOIN LATERAL (
        SELECT period.invoice_id
        FROM invoices_invoicesubscription AS period JOIN invoices_invoice AS invoice ON invoice.id = period.invoice_id
        WHERE period.subscription_id = wanted.subscription_id AND period.invoicing_reason = 'progressive_billing'
            AND period.billed_at >= wanted.starts_at AND period.billed_at < wanted.ends_at
            AND invoice.status = 'finalized'
        ORDER BY period.billed_at DESC, period.id DESC LIMIT 1
    ) AS last
"""


class Period(NamedTuple):
    subscription_id: UUID
    start: datetime


def load_progressive(jobs: Sequence[BillingJob], *, remade: Collection[UUID] = ()) -> dict[Period, ProgressiveBalance]:
    """What was billed early of each job's range of usage; what the invoices ``remade`` took of it is still there.

    One query where no job has any, five otherwise.
    """
    periods = [job for job in jobs if job.reason in _OF_USAGE and job.boundaries.charges is not None]
    last = _last_invoices(periods) if periods else {}
    if not last:
        return {}
    amounts = last_amounts(last.values(), remade)
    billed = _billed(last)
    return {
        period: ProgressiveBalance(invoice_id, amounts[invoice_id], billed[period])
        for period, invoice_id in last.items()
        if amounts[invoice_id] > 0
    }


def period_of(job: BillingJob) -> Period | None:
    return Period(job.subscription.id, job.boundaries.charges.start) if job.boundaries.charges else None


def last_amounts(invoice_ids: Collection[UUID], remade: Collection[UUID]) -> dict[UUID, int]:
    """Fees less coupons, credit notes, and what other invoices were credited of them already (3-Z4)."""
    invoices = Invoice.objects.filter(id__in=list(invoice_ids))
    amounts = dict(invoices.values_list("id", F("fees_amount_cents") - F("coupons_amount_cents")))
    taken = Credit.objects.filter(progressive_billing_invoice__in=list(amounts))
    others = taken.exclude(invoice__in=list(remade)).exclude(invoice__status__in=GIVEN_BACK)
    sums = others.order_by().values_list("progressive_billing_invoice_id").annotate(total=Sum("amount_cents"))
    for invoice_id, total in sums:
        amounts[invoice_id] -= total
    notes = CreditNote.objects.filter(invoice__in=list(amounts), status=CreditNoteStatus.FINALIZED).order_by()
    given_back = Sum("sub_total_excluding_taxes_amount_cents")
    for invoice_id, total in notes.values_list("invoice_id").annotate(total=given_back):
        amounts[invoice_id] -= total
    return amounts


def record_progressive(drafts: Sequence[InvoiceDraft], *, at: datetime) -> None:
    copy_rows(Credit._meta.db_table, _COLUMNS, (row for draft in drafts for row in _credit_rows(draft, at)))


def _credit_rows(draft: InvoiceDraft, at: datetime) -> Iterator[tuple[object, ...]]:
    for draw in draft.settlement.progressive_draws:
        if draw.amount_cents:
            yield uuid7(), at, at, draft.id, draw.invoice_id, draw.amount_cents, draft.currency, True


def _last_invoices(jobs: Sequence[BillingJob]) -> dict[Period, UUID]:
    ranges = [charges_of(job) for job in jobs]
    columns = (
        text_array(job.subscription.id.hex for job in jobs),
        text_array(period.start.isoformat() for period in ranges),
        text_array(period.end.isoformat() for period in ranges),
    )
    with connection.cursor() as cursor:
        cursor.execute(_LAST, columns)
        return {Period(subscription_id, start): invoice_id for subscription_id, start, invoice_id in cursor.fetchall()}


def _billed(last: Mapping[Period, UUID]) -> dict[Period, dict[ChargeKey, int]]:
    periods = {(period.subscription_id, invoice_id): period for period, invoice_id in last.items()}
    billed: dict[Period, dict[ChargeKey, int]] = {period: {} for period in last}
    columns = ("subscription_id", "invoice_id", "charge_id", "charge_filter_id", "grouped_by", "amount_cents")
    fees = Fee.objects.filter(invoice__in=list(last.values()), charge__isnull=False).values_list(*columns)
    for subscription_id, invoice_id, charge_id, filter_id, grouped_by, amount_cents in fees:
        period = periods[subscription_id, invoice_id]
        group = tuple(sorted(grouped_by.items()))
        billed[period][ChargeKey(*period, charge_id, filter_id, group)] = amount_cents
    return billed
