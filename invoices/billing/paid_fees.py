"""Fees that were paid without an invoice, gathered on one at the end of the period (M16, 3-D13)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from invoices.billing.dates import Parties, immediate_dates
from invoices.billing.drafts import BillingJob, InvoiceDraft
from invoices.billing.record import record
from invoices.models import (
    Fee,
    FeeAppliedTax,
    FeePaymentStatus,
    Invoice,
    InvoiceStatus,
    InvoiceType,
    InvoicingReason,
)
from invoices.settlement import TaxedFee, TaxRate, settle_paid
from invoices.signals import paid_fees_invoiced
from plans.models import RegroupPaidFees

# Customer, issuer, currency and instant.
_Together = tuple[UUID, UUID, str, datetime]
_CLOSING = frozenset({InvoicingReason.PERIODIC, InvoicingReason.TERMINATING})


def invoice_paid_fees(drafts: Sequence[InvoiceDraft], *, at: datetime) -> list[UUID]:
    """For customers whose periods end with ``drafts``: an invoice over what was paid by then, itself already paid.

    A constant number of statements; the caller has locked the customers. Returns the invoices' ids.
    """
    jobs = [job for draft in drafts if draft.is_invoiced for job in draft.jobs if job.reason in _CLOSING]
    paid = _paid_fees(jobs)
    gathered = [_draft(own, paid) for own in _together(jobs, paid).values()]
    final = [draft for draft in gathered if draft.status == InvoiceStatus.FINALIZED]
    if not final:
        return []
    invoice_ids = record(final, at=at)
    paid_fees_invoiced.send(Invoice, invoice_ids=invoice_ids, at=at)
    return invoice_ids


def _paid_fees(jobs: Sequence[BillingJob]) -> Mapping[UUID, list[Fee]]:
    """By customer, the oldest first; of any subscription, since an earlier plan's fees may be paid late."""
    fees: dict[UUID, list[Fee]] = defaultdict(list)
    if not jobs:
        return fees
    waiting = Fee.objects.filter(
        customer_id__in={job.subscription.customer_id for job in jobs},
        invoice__isnull=True,
        payment_status=FeePaymentStatus.SUCCEEDED,
        charge__regroup_paid_fees=RegroupPaidFees.INVOICE,
    )
    held = waiting.select_for_update(of=("self",), no_key=True).order_by("id")
    for fee in held.select_related("subscription").prefetch_related("applied_taxes"):
        fees[fee.customer_id].append(fee)
    return fees


def _together(jobs: Sequence[BillingJob], paid: Mapping[UUID, list[Fee]]) -> Mapping[_Together, list[BillingJob]]:
    """Jobs that share an invoice, of those that have anything to put on it."""
    groups: dict[_Together, list[BillingJob]] = defaultdict(list)
    for job in jobs:
        if _of_job(job, paid):
            subscription = job.subscription
            key = (subscription.customer_id, subscription.issuer_id, subscription.plan.amount_currency, job.billed_at)
            groups[key].append(job)
    return groups


def _of_job(job: BillingJob, paid: Mapping[UUID, list[Fee]]) -> list[Fee]:
    subscription = job.subscription
    return [fee for fee in paid.get(subscription.customer_id, ()) if _belongs(fee, job)]


def _belongs(fee: Fee, job: BillingJob) -> bool:
    assert fee.subscription is not None and fee.succeeded_at is not None, "a paid fee of usage"
    return (
        fee.subscription.external_id == job.subscription.external_id
        and fee.amount_currency == job.subscription.plan.amount_currency
        and fee.succeeded_at <= job.billed_at
    )


def _draft(jobs: Sequence[BillingJob], paid: Mapping[UUID, list[Fee]]) -> InvoiceDraft:
    fees = list({fee.id: fee for job in jobs for fee in _of_job(job, paid)}.values())
    first = jobs[0]
    parties = Parties(first.subscription.customer, first.subscription.issuer)
    settlement = settle_paid([_taxed(fee) for fee in fees])
    term = parties.net_payment_term
    dates = immediate_dates(parties, at=first.billed_at, fees_cents=settlement.fees_amount_cents, net_payment_term=term)
    return InvoiceDraft(
        customer=parties.customer,
        issuer=parties.issuer,
        jobs=tuple(replace(job, reason=InvoicingReason.IN_ADVANCE_CHARGE_PERIODIC) for job in jobs),
        currency=first.subscription.plan.amount_currency,
        invoice_type=InvoiceType.ADVANCE_CHARGES,
        fees=(),
        settlement=settlement,
        usage_epoch=0,
        billed_at=first.billed_at,
        net_payment_term=term,
        paid_fee_ids=tuple(fee.id for fee in fees),
        **dates._asdict(),
    )


def _taxed(fee: Fee) -> TaxedFee:
    taxes = tuple((_rate(each), each.amount_cents) for each in fee.applied_taxes.all())
    return TaxedFee(fee.amount_cents, fee.taxes_amount_cents, taxes)


def _rate(applied: FeeAppliedTax) -> TaxRate:
    assert applied.tax_id is not None, "taxes are only marked as deleted"
    return TaxRate(
        applied.tax_id, applied.tax_code, applied.tax_name, applied.tax_description, applied.tax_rate_percent
    )
