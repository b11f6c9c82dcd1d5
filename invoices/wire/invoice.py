"""An invoice on the wire: short in lists, with fees, periods and taxes when it is shown alone."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypedDict

from billing_site.kernel.api.wire import civil_date, instant, rate, text
from billing_site.kernel.intervals import Interval
from customers.wire.customer import CustomerWire, customer_wire
from invoices.file_link import file_url
from invoices.models import Invoice, InvoiceSubscription
from invoices.wire.applied_tax import AppliedTaxWire, applied_tax_wire
from invoices.wire.applied_usage_threshold import AppliedUsageThresholdWire, applied_usage_thresholds_wire
from invoices.wire.credit import CreditWire, credits_wire
from invoices.wire.fee import FeeWire, fees_wire
from plans.periods import wire_end
from plans.wire.subscription import SubscriptionWire, subscription_wire

# Fields depend on it; the reference system is at 4 (protocol, 4.4).
VERSION_NUMBER = 4


class InvoiceAmountsWire(TypedDict):
    fees_amount_cents: int
    progressive_billing_credit_amount_cents: int
    coupons_amount_cents: int
    sub_total_excluding_taxes_amount_cents: int
    taxes_amount_cents: int
    taxes_rate: float | None
    sub_total_including_taxes_amount_cents: int
    credit_notes_amount_cents: int
    total_offsetted_credit_note_amount_cents: int
    prepaid_credit_amount_cents: int
    prepaid_granted_credit_amount_cents: int | None
    prepaid_purchased_credit_amount_cents: int | None
    total_amount_cents: int
    total_paid_amount_cents: int
    total_due_amount_cents: int


class InvoiceDatesWire(TypedDict):
    issuing_date: str | None
    payment_due_date: str | None
    expected_finalization_date: str | None
    payment_dispute_lost_at: str | None
    created_at: str | None
    updated_at: str | None
    voided_at: str | None
    finalized_at: str | None


class InvoiceWire(InvoiceAmountsWire, InvoiceDatesWire):
    lago_id: str
    billing_entity_code: str
    sequential_id: int | None
    number: str
    purchase_order_number: str | None
    net_payment_term: int
    invoice_type: str
    status: str
    payment_status: str
    payment_overdue: bool
    currency: str
    self_billed: bool
    version_number: int
    file_url: str | None
    xml_url: str | None
    web_url: str | None
    customer: CustomerWire
    metadata: list[dict[str, Any]]
    applied_taxes: list[AppliedTaxWire]


class BillingPeriodWire(TypedDict):
    lago_subscription_id: str
    external_subscription_id: str
    lago_plan_id: str
    subscription_from_datetime: str | None
    subscription_to_datetime: str | None
    charges_from_datetime: str | None
    charges_to_datetime: str | None
    fixed_charges_from_datetime: str | None
    fixed_charges_to_datetime: str | None
    invoicing_reason: str


class AppliedSectionWire(TypedDict):
    lago_id: str
    lago_invoice_id: str
    code: str
    details: str | None
    display_name: str | None
    created_at: str


class InvoiceDetailsWire(InvoiceWire):
    billing_periods: list[BillingPeriodWire]
    subscriptions: list[SubscriptionWire]
    fees: list[FeeWire]
    credits: list[CreditWire]
    applied_invoice_custom_sections: list[AppliedSectionWire]
    applied_usage_thresholds: list[AppliedUsageThresholdWire]
    error_details: list[dict[str, Any]]
    lago_voided_invoice_id: str | None


def invoice_wire(invoice: Invoice) -> InvoiceWire:
    """Without fees and periods. Wants ``queries.for_wire``."""
    return {
        "lago_id": str(invoice.id),
        "billing_entity_code": invoice.billing_entity.code,
        "sequential_id": invoice.sequential_id,
        "number": invoice.number,
        "purchase_order_number": text(invoice.purchase_order_number),
        "net_payment_term": invoice.net_payment_term,
        "invoice_type": invoice.invoice_type,
        "status": invoice.status,
        "payment_status": invoice.payment_status,
        "payment_overdue": invoice.payment_overdue,
        "currency": invoice.currency,
        **_dates(invoice),
        **_amounts(invoice),
        "self_billed": invoice.self_billed,
        "version_number": VERSION_NUMBER,
        "file_url": file_url(invoice),
        "xml_url": None,
        "web_url": None,
        "customer": customer_wire(invoice.customer),
        "metadata": invoice.metadata,
        "applied_taxes": [
            applied_tax_wire(applied, lago_invoice_id=str(invoice.id)) for applied in invoice.applied_taxes.all()
        ],
    }


def invoices_wire(invoices: Iterable[Invoice]) -> list[InvoiceWire]:
    return [invoice_wire(invoice) for invoice in invoices]


def invoice_details_wire(invoice: Invoice, *, at: datetime) -> InvoiceDetailsWire:
    """Everything of one invoice. Wants ``queries.with_details``."""
    periods = list(invoice.invoice_subscriptions.all())
    return {
        **invoice_wire(invoice),
        "billing_periods": [billing_period_wire(period) for period in periods],
        "subscriptions": [subscription_wire(period.subscription, at=at) for period in periods],
        "fees": fees_wire(invoice.fees.all()),
        "credits": credits_wire(invoice.credits.all()),
        "applied_invoice_custom_sections": [applied_section_wire(invoice, each) for each in invoice.custom_sections],
        "applied_usage_thresholds": applied_usage_thresholds_wire(invoice.applied_usage_thresholds.all()),
        "error_details": [],
        "lago_voided_invoice_id": str(invoice.voided_invoice_id) if invoice.voided_invoice_id else None,
    }


def applied_section_wire(invoice: Invoice, section: Mapping[str, str]) -> AppliedSectionWire:
    """``section`` as the invoice keeps it."""
    return {
        "lago_id": section["lago_id"],
        "lago_invoice_id": str(invoice.id),
        "code": section["code"],
        "details": text(section["details"]),
        "display_name": text(section["display_name"]),
        "created_at": section["created_at"],
    }


def billing_period_wire(period: InvoiceSubscription) -> BillingPeriodWire:
    """Inclusive ends, as the reference system shows them; nulls for what is not billed this time."""
    paid = _range(period.from_datetime, period.to_datetime)
    charges = _range(period.charges_from_datetime, period.charges_to_datetime)
    fixed_charges = _range(period.fixed_charges_from_datetime, period.fixed_charges_to_datetime)
    return {
        "lago_subscription_id": str(period.subscription_id),
        "external_subscription_id": period.subscription.external_id,
        "lago_plan_id": str(period.subscription.plan_id),
        "subscription_from_datetime": paid[0],
        "subscription_to_datetime": paid[1],
        "charges_from_datetime": charges[0],
        "charges_to_datetime": charges[1],
        "fixed_charges_from_datetime": fixed_charges[0],
        "fixed_charges_to_datetime": fixed_charges[1],
        "invoicing_reason": period.invoicing_reason,
    }


def _range(start: datetime | None, end: datetime | None) -> tuple[str | None, str | None]:
    if start is None or end is None:
        return None, None
    return instant(start), instant(wire_end(Interval(start, end)))


def _dates(invoice: Invoice) -> InvoiceDatesWire:
    return {
        "issuing_date": civil_date(invoice.issuing_date),
        "payment_due_date": civil_date(invoice.payment_due_date),
        "expected_finalization_date": civil_date(invoice.expected_finalization_date),
        "payment_dispute_lost_at": instant(invoice.payment_dispute_lost_at),
        "created_at": instant(invoice.created_at),
        "updated_at": instant(invoice.updated_at),
        "voided_at": instant(invoice.voided_at),
        "finalized_at": instant(invoice.finalized_at),
    }


def _amounts(invoice: Invoice) -> InvoiceAmountsWire:
    return {
        "fees_amount_cents": invoice.fees_amount_cents,
        "progressive_billing_credit_amount_cents": invoice.progressive_billing_credit_amount_cents,
        "coupons_amount_cents": invoice.coupons_amount_cents,
        "sub_total_excluding_taxes_amount_cents": invoice.sub_total_excluding_taxes_amount_cents,
        "taxes_amount_cents": invoice.taxes_amount_cents,
        "taxes_rate": rate(invoice.taxes_rate_percent),
        "sub_total_including_taxes_amount_cents": invoice.sub_total_including_taxes_amount_cents,
        "credit_notes_amount_cents": invoice.credit_notes_amount_cents,
        "total_offsetted_credit_note_amount_cents": invoice.offset_amount_cents,
        "prepaid_credit_amount_cents": invoice.prepaid_credit_amount_cents,
        "prepaid_granted_credit_amount_cents": invoice.prepaid_granted_credit_amount_cents,
        "prepaid_purchased_credit_amount_cents": invoice.prepaid_purchased_credit_amount_cents,
        "total_amount_cents": invoice.total_amount_cents,
        "total_paid_amount_cents": invoice.total_paid_amount_cents,
        "total_due_amount_cents": invoice.total_due_amount_cents,
    }
