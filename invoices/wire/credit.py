"""A credit on the wire: what a coupon, a credit note or an earlier progressive invoice took off an invoice."""

from collections.abc import Iterable
from typing import TypedDict

from invoices.models import Credit


class CreditItemWire(TypedDict):
    lago_item_id: str
    type: str
    code: str
    name: str


class CreditInvoiceWire(TypedDict):
    lago_id: str
    payment_status: str


class CreditWire(TypedDict):
    lago_id: str
    amount_cents: int
    amount_currency: str
    before_taxes: bool
    item: CreditItemWire
    invoice: CreditInvoiceWire


def credit_wire(credit: Credit) -> CreditWire:
    """Wants ``queries.credits_for_wire``."""
    return {
        "lago_id": str(credit.id),
        "amount_cents": credit.amount_cents,
        "amount_currency": credit.amount_currency,
        "before_taxes": credit.before_taxes,
        "item": _item(credit),
        "invoice": {"lago_id": str(credit.invoice_id), "payment_status": credit.invoice.payment_status},
    }


def credits_wire(credits: Iterable[Credit]) -> list[CreditWire]:
    return [credit_wire(credit) for credit in credits]


def _item(credit: Credit) -> CreditItemWire:
    early = credit.progressive_billing_invoice
    if early is not None:
        return {"lago_item_id": str(early.id), "type": "invoice", "code": early.number, "name": early.number}
    if credit.credit_note is not None:
        note = credit.credit_note
        invoice_number = note.invoice.number
        return {"lago_item_id": str(note.id), "type": "credit_note", "code": note.number, "name": invoice_number}
    assert credit.applied_coupon is not None, "a credit has a source"
    coupon = credit.applied_coupon.coupon
    return {"lago_item_id": str(coupon.id), "type": "coupon", "code": coupon.code, "name": coupon.name}
