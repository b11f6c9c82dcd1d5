"""What a credit note would come to, on the wire."""

from typing import TypedDict

from billing_site.kernel.api.wire import decimal_string, rate, text
from invoices.billing.credit_notes.requested import Estimate
from invoices.settlement import TaxLine


class EstimatedItemWire(TypedDict):
    lago_fee_id: str
    amount_cents: int


class EstimatedTaxWire(TypedDict):
    lago_tax_id: str
    tax_name: str
    tax_code: str
    tax_rate: float | None
    tax_description: str | None
    base_amount_cents: int
    amount_cents: int
    amount_currency: str


class CreditNoteEstimateWire(TypedDict):
    lago_invoice_id: str
    invoice_number: str
    currency: str
    taxes_amount_cents: int
    precise_taxes_amount_cents: str | None
    taxes_rate: float | None
    sub_total_excluding_taxes_amount_cents: int
    max_creditable_amount_cents: int
    max_refundable_amount_cents: int
    max_offsettable_amount_cents: int
    coupons_adjustment_amount_cents: int
    precise_coupons_adjustment_amount_cents: str | None
    items: list[EstimatedItemWire]
    applied_taxes: list[EstimatedTaxWire]


def credit_note_estimate_wire(estimate: Estimate) -> CreditNoteEstimateWire:
    invoice, amounts, most = estimate.invoice, estimate.amounts, estimate.most
    return {
        "lago_invoice_id": str(invoice.id),
        "invoice_number": invoice.number,
        "currency": invoice.currency,
        "taxes_amount_cents": amounts.taxes_amount_cents,
        "precise_taxes_amount_cents": decimal_string(amounts.precise_taxes_amount_cents),
        "taxes_rate": rate(amounts.taxes.rate_percent),
        "sub_total_excluding_taxes_amount_cents": amounts.sub_total_excluding_taxes_amount_cents,
        "max_creditable_amount_cents": most.credit_amount_cents,
        "max_refundable_amount_cents": most.refund_amount_cents,
        "max_offsettable_amount_cents": most.offset_amount_cents,
        "coupons_adjustment_amount_cents": amounts.coupons_adjustment_amount_cents,
        "precise_coupons_adjustment_amount_cents": decimal_string(amounts.precise_coupons_adjustment_amount_cents),
        "items": [{"lago_fee_id": str(item.fee.id), "amount_cents": item.amount_cents} for item in amounts.items],
        "applied_taxes": [_tax(line, invoice.currency) for line in amounts.taxes.lines],
    }


def _tax(line: TaxLine, currency: str) -> EstimatedTaxWire:
    tax = line.tax
    return {
        "lago_tax_id": str(tax.id),
        "tax_name": tax.name,
        "tax_code": tax.code,
        "tax_rate": rate(tax.rate_percent),
        "tax_description": text(tax.description),
        "base_amount_cents": line.base_amount_cents,
        "amount_cents": line.amount_cents,
        "amount_currency": currency,
    }
