"""A receipt on the wire."""

from collections.abc import Iterable
from typing import TypedDict

from billing_site.kernel.api.wire import instant
from invoices.file_link import receipt_url
from invoices.models import PaymentReceipt
from invoices.wire.payment import PaymentWire, payment_wire


class PaymentReceiptWire(TypedDict):
    lago_id: str
    number: str
    file_url: str | None
    xml_url: str | None
    payment: PaymentWire
    created_at: str | None


def payment_receipt_wire(receipt: PaymentReceipt) -> PaymentReceiptWire:
    """Wants ``queries.receipts_for_wire``."""
    return {
        "lago_id": str(receipt.id),
        "number": receipt.number,
        "file_url": receipt_url(receipt),
        "xml_url": None,
        "payment": payment_wire(receipt.payment),
        "created_at": instant(receipt.created_at),
    }


def payment_receipts_wire(receipts: Iterable[PaymentReceipt]) -> list[PaymentReceiptWire]:
    return [payment_receipt_wire(receipt) for receipt in receipts]
