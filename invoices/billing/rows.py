"""Drafts as rows for COPY: the columns of each table, and one tuple for each row."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from billing_site.kernel.copy import as_jsonb
from billing_site.kernel.ids import uuid7
from customers.models import BillingEntity, Customer
from invoices.billing.drafts import BillingJob, FeeDraft, InvoiceDraft
from invoices.billing.numbering import Number
from invoices.models import InvoiceStatus, PaymentStatus
from invoices.settlement import SettledFee, TaxLine

Row = tuple[Any, ...]

INVOICE_COLUMNS = (
    *("id", "created_at", "updated_at", "organization_id", "billing_entity_id", "customer_id"),
    *("invoice_type", "status", "payment_status", "number", "sequential_id", "currency", "timezone"),
    *(
        "issuing_date",
        "payment_due_date",
        "expected_finalization_date",
        "net_payment_term",
        "billed_at",
        "finalized_at",
    ),
    *("payment_overdue", "ready_to_be_refreshed", "self_billed", "usage_epoch"),
    *("metadata", "customer_snapshot", "issuer_snapshot", "purchase_order_number", "custom_sections"),
    "voided_invoice_id",
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
    *("id", "created_at", "updated_at", "organization_id", "billing_entity_id", "customer_id", "invoice_id"),
    *("subscription_id", "charge_id", "charge_filter_id", "fixed_charge_id", "fixed_charge_units_id"),
    "true_up_parent_id",
    *("fee_type", "item_code", "item_name", "item_id"),
    *("invoice_display_name", "filter_display_name", "description", "grouped_by", "from_datetime", "to_datetime"),
    *("units", "total_aggregated_units", "events_count", "amount_currency", "amount_cents", "precise_amount_cents"),
    *("precise_unit_amount", "precise_coupons_amount_cents", "taxes_rate_percent", "taxes_amount_cents"),
    *("taxes_precise_amount_cents", "amount_details", "presentation_breakdowns"),
    *("is_adjusted", "pay_in_advance", "pay_in_advance_event_transaction_id"),
    "payment_status",
)
_APPLIED_TAX_COLUMNS = (
    *("id", "created_at", "updated_at", "tax_id", "tax_code", "tax_name", "tax_description", "tax_rate_percent"),
    *("amount_currency", "amount_cents"),
)
FEE_TAX_COLUMNS = (*_APPLIED_TAX_COLUMNS, "fee_id", "precise_amount_cents")
INVOICE_TAX_COLUMNS = (*_APPLIED_TAX_COLUMNS, "invoice_id", "fees_amount_cents")


def invoice_row(draft: InvoiceDraft, number: Number | None, draft_number: str, at: datetime) -> Row:
    customer, settlement = draft.customer, draft.settlement
    finalized = draft.status == InvoiceStatus.FINALIZED
    return (
        *(draft.id, at, at, customer.organization_id, draft.issuer.id, customer.id),
        *(draft.invoice_type, draft.status, payment_status(draft)),
        *(number.text if number else draft_number, number.sequence if number else None),
        *(draft.currency, customer.applicable_timezone, draft.issuing_date, draft.payment_due_date),
        *(draft.expected_finalization_date, draft.net_payment_term, draft.billed_at),
        *(at if finalized else None, False, False, draft.self_billed, draft.usage_epoch, as_jsonb([])),
        *(as_jsonb(customer_snapshot(customer)), as_jsonb(issuer_snapshot(draft.issuer)), draft.purchase_order_number),
        as_jsonb(custom_sections(draft, at)),
        draft.voided_invoice_id,
        *(settlement.fees_amount_cents, settlement.progressive_billing_credit_amount_cents),
        *(settlement.coupons_amount_cents, settlement.sub_total_excluding_taxes_amount_cents),
        *(settlement.taxes.amount_cents, settlement.taxes.rate_percent),
        *(settlement.sub_total_including_taxes_amount_cents, settlement.credit_notes_amount_cents),
        settlement.prepaid_credit_amount_cents,
        *(settlement.prepaid_granted_credit_amount_cents, settlement.prepaid_purchased_credit_amount_cents),
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
    charges, fixed = ranges.charges, ranges.fixed_charges
    return (
        *(uuid7(), at, at, draft.id, job.subscription.id, job.reason, job.billed_at, True),
        *(ranges.subscription.start, ranges.subscription.end),
        *((charges.start, charges.end) if charges else (None, None)),
        *((fixed.start, fixed.end) if fixed else (None, None)),
    )


def fee_row(draft: InvoiceDraft, fee: FeeDraft, settled: SettledFee, at: datetime) -> Row:
    customer, taxes = draft.customer, settled.taxes
    return (
        *(fee.id, at, at, customer.organization_id, draft.issuer.id, customer.id),
        draft.id if draft.is_invoiced else None,
        *(
            fee.subscription_id,
            fee.charge_id,
            fee.charge_filter_id,
            fee.fixed_charge_id,
            fee.fixed_charge_units_id,
            fee.true_up_parent_id,
            fee.fee_type,
        ),
        *(fee.item_code, fee.item_name, fee.item_id, fee.invoice_display_name, fee.filter_display_name),
        fee.description,
        as_jsonb(dict(fee.grouped_by)),
        *((fee.interval.start, fee.interval.end) if fee.interval else (None, None)),
        *(fee.units, fee.total_aggregated_units),
        *(fee.events_count, draft.currency, fee.amount_cents, fee.precise_amount_cents, fee.precise_unit_amount),
        settled.discount_cents,
        *(taxes.rate_percent, taxes.amount_cents, taxes.precise_amount_cents, as_jsonb(fee.amount_details)),
        as_jsonb(list(fee.presentation_breakdowns)),
        *(fee.is_adjusted, fee.pay_in_advance, fee.event_transaction_id, PaymentStatus.PENDING),
    )


def fee_tax_rows(draft: InvoiceDraft, fee: FeeDraft, settled: SettledFee, at: datetime) -> Iterator[Row]:
    for line in settled.taxes.lines:
        yield (*_applied_tax(line, draft.currency, at), fee.id, line.precise_amount_cents)


def invoice_tax_rows(draft: InvoiceDraft, at: datetime) -> Iterator[Row]:
    for line in draft.settlement.taxes.lines:
        yield (*_applied_tax(line, draft.currency, at), draft.id, line.base_amount_cents)


def _applied_tax(line: TaxLine, currency: str, at: datetime) -> Row:
    tax = line.tax
    return (
        *(uuid7(), at, at, tax.id, tax.code, tax.name, tax.description, tax.rate_percent),
        *(currency, line.amount_cents),
    )


_ADDRESS = ("address_line1", "address_line2", "city", "state", "zipcode", "country")
_IDENTITY = ("name", "legal_name", "legal_number", "tax_identification_number", "email", "phone", *_ADDRESS)


def customer_snapshot(customer: Customer) -> dict[str, Any]:
    """Who was billed, and why with this tax, as it was then: an issued invoice does not follow later changes."""
    own = {field: getattr(customer, field) for field in (*_IDENTITY, "firstname", "lastname", "external_id")}
    return {**own, "locale": customer.applicable_document_locale, "vat": customer.vat_evidence}


def custom_sections(draft: InvoiceDraft, at: datetime) -> list[dict[str, str]]:
    """The texts as they are now: an issued invoice keeps them (I20). Wants ``record`` to have loaded them."""
    return [
        {
            "lago_id": str(uuid7()),
            "code": section.code,
            "display_name": section.display_name,
            "details": section.details,
            "created_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        for section in draft.customer.custom_sections_with(draft.issuer)
    ]


def issuer_snapshot(issuer: BillingEntity) -> dict[str, str]:
    return {
        field: getattr(issuer, field) for field in (*_IDENTITY, "code", "logo_url", "invoice_footer", "iban", "bic")
    }
