"""Drafts as rows for COPY: the columns of each table, and one tuple for each row."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from billing_site.kernel.copy import Columns, PlainJsonb, shared
from billing_site.kernel.ids import uuid7
from billing_site.kernel.intervals import Interval
from invoices.billing.drafts import BillingJob, FeeDraft, InvoiceDraft
from invoices.billing.letterhead import Letterheads, customer_snapshot
from invoices.billing.numbering import Number, draft_number
from invoices.models import InvoiceStatus, PaymentStatus
from invoices.settlement import SettledFee, TaxLine

Row = tuple[Any, ...]

INVOICE_COLUMNS = (
    *("id", "created_at", "updated_at", "organization_id", "billing_entity_id", "customer_id"),
    *("invoice_type", "status", "payment_status", "currency", "timezone"),
    *("issuing_date", "payment_due_date", "expected_finalization_date", "net_payment_term", "billed_at"),
    *("finalized_at", "payment_overdue", "ready_to_be_refreshed", "self_billed", "usage_epoch", "metadata"),
    *("issuer_snapshot", "purchase_order_number"),
    *("number", "sequential_id", "customer_snapshot", "custom_sections", "voided_invoice_id"),
    *("fees_amount_cents", "progressive_billing_credit_amount_cents", "coupons_amount_cents"),
    *("sub_total_excluding_taxes_amount_cents", "taxes_amount_cents", "taxes_rate_percent"),
    *("sub_total_including_taxes_amount_cents", "credit_notes_amount_cents", "prepaid_credit_amount_cents"),
    *("prepaid_granted_credit_amount_cents", "prepaid_purchased_credit_amount_cents"),
    *("total_amount_cents", "total_paid_amount_cents", "offset_amount_cents"),
)
PERIOD_COLUMNS = (
    *("id", "created_at", "updated_at", "invoice_id", "subscription_id", "invoicing_reason", "billed_at", "is_current"),
    *("from_datetime", "to_datetime", "charges_from_datetime", "charges_to_datetime"),
    *("fixed_charges_from_datetime", "fixed_charges_to_datetime"),
)
FEE_COLUMNS = (
    *("id", "created_at", "updated_at", "organization_id", "billing_entity_id", "amount_currency"),
    *("customer_id", "invoice_id", "subscription_id"),
    *("charge_id", "charge_filter_id", "fixed_charge_id", "fee_type", "item_code", "item_name"),
    *("invoice_display_name", "filter_display_name", "description"),
    *("from_datetime", "to_datetime", "is_adjusted", "pay_in_advance", "payment_status"),
    *("item_id", "fixed_charge_units_id", "true_up_parent_id", "pay_in_advance_event_transaction_id", "grouped_by"),
    *("units", "total_aggregated_units", "events_count", "amount_cents", "precise_amount_cents"),
    *("precise_unit_amount", "precise_coupons_amount_cents", "taxes_rate_percent", "taxes_amount_cents"),
    *("taxes_precise_amount_cents", "amount_details", "presentation_breakdowns"),
)
_APPLIED_TAX_COLUMNS = (
    *("id", "created_at", "updated_at", "tax_id", "tax_code", "tax_name", "tax_description"),
    *("amount_currency", "tax_rate_percent", "amount_cents"),
)
FEE_TAX_COLUMNS = (*_APPLIED_TAX_COLUMNS, "fee_id", "precise_amount_cents")
INVOICE_TAX_COLUMNS = (*_APPLIED_TAX_COLUMNS, "invoice_id", "fees_amount_cents")
_NOTHING_APART = Columns((None, None, "", PlainJsonb({})))
_NO_METADATA = Columns((PlainJsonb([]),))


def invoice_row(draft: InvoiceDraft, number: Number | None, letterheads: Letterheads, at: datetime) -> Row:
    customer, issuer, settlement = draft.customer, draft.issuer, draft.settlement
    finalized = draft.status == InvoiceStatus.FINALIZED
    granted_cents = settlement.prepaid_granted_credit_amount_cents
    return (
        draft.id,
        shared(at, at, customer.organization_id, issuer.id),
        customer.id,
        shared(draft.invoice_type, draft.status, payment_status(draft), draft.currency, customer.applicable_timezone),
        shared(draft.issuing_date, draft.payment_due_date, draft.expected_finalization_date, draft.net_payment_term),
        shared(draft.billed_at, at if finalized else None, False, False, draft.self_billed, draft.usage_epoch),
        *(_NO_METADATA, letterheads.issuers[issuer.id], draft.purchase_order_number),
        *((number.text, number.sequence) if number else (draft_number(issuer), None)),
        PlainJsonb(customer_snapshot(customer)),
        *(PlainJsonb(letterheads.custom_sections(draft, at)), draft.voided_invoice_id),
        *(settlement.fees_amount_cents, settlement.progressive_billing_credit_amount_cents),
        *(settlement.coupons_amount_cents, settlement.sub_total_excluding_taxes_amount_cents),
        *(settlement.taxes.amount_cents, settlement.taxes.rate_percent),
        *(settlement.sub_total_including_taxes_amount_cents, settlement.credit_notes_amount_cents),
        *(settlement.prepaid_credit_amount_cents, granted_cents, settlement.prepaid_purchased_credit_amount_cents),
        *(settlement.total_amount_cents, paid_cents(draft), 0),
    )


def payment_status(draft: InvoiceDraft) -> PaymentStatus:
    """Nothing to pay is paid at once (3-O3)."""
    settled = draft.status == InvoiceStatus.FINALIZED and draft.settlement.total_amount_cents == paid_cents(draft)
    return PaymentStatus.SUCCEEDED if settled else PaymentStatus.PENDING


def paid_cents(draft: InvoiceDraft) -> int:
    return draft.settlement.total_amount_cents if draft.paid_fee_ids else 0


def period_row(draft: InvoiceDraft, job: BillingJob, at: datetime) -> Row:
    ranges = job.boundaries
    return (
        *(uuid7(), shared(at, at), draft.id, job.subscription.id, shared(job.reason, job.billed_at, True)),
        *(_range(ranges.subscription), _range(ranges.charges), _range(ranges.fixed_charges)),
    )


def fee_rows(draft: InvoiceDraft, at: datetime) -> Iterator[Row]:
    customer = draft.customer
    of_organization = shared(at, at, customer.organization_id, draft.issuer.id, draft.currency)
    of_invoice = Columns((customer.id, draft.id if draft.is_invoiced else None))
    for fee, settled in zip(draft.fees, draft.settlement.fees, strict=True):
        yield (fee.id, of_organization, of_invoice, *_fee(fee, settled))


def fee_tax_rows(draft: InvoiceDraft, at: datetime) -> Iterator[Row]:
    for fee, settled in zip(draft.fees, draft.settlement.fees, strict=True):
        for line in settled.taxes.lines:
            yield (*_applied_tax(line, draft.currency, at), fee.id, line.precise_amount_cents)


def invoice_tax_rows(draft: InvoiceDraft, at: datetime) -> Iterator[Row]:
    for line in draft.settlement.taxes.lines:
        yield (*_applied_tax(line, draft.currency, at), draft.id, line.base_amount_cents)


def _fee(fee: FeeDraft, settled: SettledFee) -> Row:
    taxes = settled.taxes
    return (
        *(fee.subscription_id, _item(fee), _range(fee.interval)),
        shared(fee.is_adjusted, fee.pay_in_advance, PaymentStatus.PENDING),
        *(fee.item_id, _apart(fee), fee.units, fee.total_aggregated_units, fee.events_count),
        *(fee.amount_cents, fee.precise_amount_cents, fee.precise_unit_amount, settled.discount_cents),
        *(taxes.rate_percent, taxes.amount_cents, taxes.precise_amount_cents),
        *(PlainJsonb(fee.amount_details), PlainJsonb(fee.presentation_breakdowns)),
    )


def _item(fee: FeeDraft) -> Columns:
    """Fees of one charge share it."""
    return shared(
        *(fee.charge_id, fee.charge_filter_id, fee.fixed_charge_id, fee.fee_type, fee.item_code, fee.item_name),
        *(fee.invoice_display_name, fee.filter_display_name, fee.description),
    )


def _apart(fee: FeeDraft) -> Columns:
    """What few fees have."""
    if not (fee.fixed_charge_units_id or fee.true_up_parent_id or fee.event_transaction_id or fee.grouped_by):
        return _NOTHING_APART
    group = PlainJsonb(dict(fee.grouped_by))
    return Columns((fee.fixed_charge_units_id, fee.true_up_parent_id, fee.event_transaction_id, group))


def _range(interval: Interval | None) -> Columns:
    return shared(interval.start, interval.end) if interval else shared(None, None)


def _applied_tax(line: TaxLine, currency: str, at: datetime) -> Row:
    tax = line.tax
    return (
        *(uuid7(), shared(at, at, tax.id, tax.code, tax.name, tax.description, currency)),
        *(tax.rate_percent, line.amount_cents),
    )
