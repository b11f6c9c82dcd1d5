"""A credit note on the wire."""

from collections.abc import Iterable
from typing import Any, TypedDict

from billing_site.kernel.api.wire import civil_date, decimal_string, instant, rate, text
from customers.wire.customer import CustomerWire, customer_wire
from invoices.file_link import credit_note_file_url
from invoices.models import CreditNote, CreditNoteAppliedTax, CreditNoteItem
from invoices.wire.fee import FeeWire, fee_wire


class CreditNoteItemWire(TypedDict):
    lago_id: str
    amount_cents: int
    precise_amount_cents: str | None
    amount_currency: str
    fee: FeeWire


class CreditNoteTaxWire(TypedDict):
    lago_id: str
    lago_credit_note_id: str
    lago_tax_id: str | None
    tax_name: str
    tax_code: str
    tax_rate: float | None
    tax_description: str | None
    base_amount_cents: int
    amount_cents: int
    amount_currency: str
    created_at: str | None


class CreditNoteAmountsWire(TypedDict):
    currency: str
    total_amount_cents: int
    precise_total_amount_cents: str | None
    taxes_amount_cents: int
    precise_taxes_amount_cents: str | None
    taxes_rate: float | None
    sub_total_excluding_taxes_amount_cents: int
    coupons_adjustment_amount_cents: int
    credit_amount_cents: int
    refund_amount_cents: int
    offset_amount_cents: int
    balance_amount_cents: int


class CreditNoteWire(CreditNoteAmountsWire):
    lago_id: str
    billing_entity_code: str
    sequential_id: int | None
    number: str
    lago_invoice_id: str
    invoice_number: str
    purchase_order_number: str | None
    issuing_date: str | None
    credit_status: str | None
    refund_status: str | None
    reason: str
    description: str | None
    self_billed: bool
    metadata: dict[str, str | None]
    file_url: str | None
    xml_url: str | None
    created_at: str | None
    updated_at: str | None
    voided_at: str | None
    customer: CustomerWire
    items: list[CreditNoteItemWire]
    applied_taxes: list[CreditNoteTaxWire]
    error_details: list[dict[str, Any]]


class RefundErrorWire(TypedDict):
    """Refunds are made by hand, so that the fields of a payment provider are empty."""

    lago_credit_note_id: str
    lago_customer_id: str
    external_customer_id: str
    provider_customer_id: str | None
    payment_provider: str | None
    provider_error: dict[str, Any] | None


def credit_note_wire(note: CreditNote) -> CreditNoteWire:
    """Wants ``queries.credit_notes_for_wire``."""
    invoice = note.invoice
    return {
        "lago_id": str(note.id),
        "billing_entity_code": invoice.billing_entity.code,
        "sequential_id": note.sequential_id,
        "number": note.number,
        "lago_invoice_id": str(invoice.id),
        "invoice_number": invoice.number,
        "purchase_order_number": text(invoice.purchase_order_number),
        "issuing_date": civil_date(note.issuing_date),
        "credit_status": note.credit_status,
        "refund_status": note.refund_status,
        "reason": note.reason,
        "description": text(note.description),
        **_amounts(note),
        "self_billed": invoice.self_billed,
        "metadata": note.metadata,
        "file_url": credit_note_file_url(note),
        "xml_url": None,
        "created_at": instant(note.created_at),
        "updated_at": instant(note.updated_at),
        "voided_at": instant(note.voided_at),
        "customer": customer_wire(note.customer),
        "items": [_item(item) for item in note.items.all()],
        "applied_taxes": [_applied_tax(applied) for applied in note.applied_taxes.all()],
        "error_details": [],
    }


def credit_notes_wire(notes: Iterable[CreditNote]) -> list[CreditNoteWire]:
    return [credit_note_wire(note) for note in notes]


def refund_error_wire(note: CreditNote) -> RefundErrorWire:
    """What a webhook tells of a refund that failed."""
    return {
        "lago_credit_note_id": str(note.id),
        "lago_customer_id": str(note.customer_id),
        "external_customer_id": note.customer.external_id,
        "provider_customer_id": None,
        "payment_provider": None,
        "provider_error": None,
    }


def _amounts(note: CreditNote) -> CreditNoteAmountsWire:
    return {
        "currency": note.currency,
        "total_amount_cents": note.total_amount_cents,
        "precise_total_amount_cents": decimal_string(note.precise_total_amount_cents),
        "taxes_amount_cents": note.taxes_amount_cents,
        "precise_taxes_amount_cents": decimal_string(note.precise_taxes_amount_cents),
        "taxes_rate": rate(note.taxes_rate_percent),
        "sub_total_excluding_taxes_amount_cents": note.sub_total_excluding_taxes_amount_cents,
        "coupons_adjustment_amount_cents": note.coupons_adjustment_amount_cents,
        "credit_amount_cents": note.credit_amount_cents,
        "refund_amount_cents": note.refund_amount_cents,
        "offset_amount_cents": note.offset_amount_cents,
        "balance_amount_cents": note.balance_amount_cents,
    }


def _item(item: CreditNoteItem) -> CreditNoteItemWire:
    return {
        "lago_id": str(item.id),
        "amount_cents": item.amount_cents,
        "precise_amount_cents": decimal_string(item.precise_amount_cents),
        "amount_currency": item.amount_currency,
        "fee": fee_wire(item.fee),
    }


def _applied_tax(applied: CreditNoteAppliedTax) -> CreditNoteTaxWire:
    return {
        "lago_id": str(applied.id),
        "lago_credit_note_id": str(applied.credit_note_id),
        "lago_tax_id": str(applied.tax_id) if applied.tax_id else None,
        "tax_name": applied.tax_name,
        "tax_code": applied.tax_code,
        "tax_rate": rate(applied.tax_rate_percent),
        "tax_description": text(applied.tax_description),
        "base_amount_cents": applied.base_amount_cents,
        "amount_cents": applied.amount_cents,
        "amount_currency": applied.amount_currency,
        "created_at": instant(applied.created_at),
    }
