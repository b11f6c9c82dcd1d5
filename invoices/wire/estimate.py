"""Estimated fees on the wire: fees without what only stored ones have."""

from collections.abc import Iterable
from typing import Any

from billing_site.kernel.api.wire import decimal_string
from invoices.models import Fee
from invoices.wire.fee import fee_wire

_OF_STORED_FEES = ("lago_id", "lago_invoice_id", "created_at")
_OF_STORED_TAXES = ("lago_id", "lago_fee_id", "created_at")


def estimated_fees_wire(fees: Iterable[Fee]) -> list[dict[str, Any]]:
    return [_estimated(fee) for fee in fees]


def instant_fees_wire(fees: Iterable[Fee]) -> list[dict[str, Any]]:
    """Amounts of instant estimates are decimal texts (V12)."""
    return [
        {
            **_estimated(fee),
            "amount_cents": decimal_string(fee.amount_cents),
            "total_amount_cents": decimal_string(fee.total_amount_cents),
        }
        for fee in fees
    ]


def _estimated(fee: Fee) -> dict[str, Any]:
    shown = fee_wire(fee)
    taxes = [{**tax, **dict.fromkeys(_OF_STORED_TAXES)} for tax in shown["applied_taxes"]]
    return {**shown, **dict.fromkeys(_OF_STORED_FEES), "applied_taxes": taxes}
