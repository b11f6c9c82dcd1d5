"""A tax as it was applied, on the wire."""

from typing import TypedDict

from billing_site.kernel.api.wire import instant, rate, text
from invoices.models import FeeAppliedTax, InvoiceAppliedTax


class AppliedTaxWire(TypedDict, total=False):
    lago_id: str
    lago_fee_id: str
    lago_invoice_id: str
    lago_tax_id: str | None
    tax_name: str
    tax_code: str
    tax_rate: float | None
    tax_description: str | None
    amount_cents: int
    fees_amount_cents: int
    amount_currency: str
    created_at: str | None


def applied_tax_wire(applied: FeeAppliedTax | InvoiceAppliedTax, **owner: str) -> AppliedTaxWire:
    """``owner`` is the id of the fee or invoice, under its name on the wire."""
    shown: AppliedTaxWire = {
        "lago_id": str(applied.id),
        "lago_tax_id": str(applied.tax_id) if applied.tax_id else None,
        "tax_name": applied.tax_name,
        "tax_code": applied.tax_code,
        "tax_rate": rate(applied.tax_rate_percent),
        "tax_description": text(applied.tax_description),
        "amount_cents": applied.amount_cents,
        "amount_currency": applied.amount_currency,
        "created_at": instant(applied.created_at),
    }
    if isinstance(applied, InvoiceAppliedTax):
        shown["fees_amount_cents"] = applied.fees_amount_cents
    return {**shown, **owner}  # type: ignore[typeddict-item]
