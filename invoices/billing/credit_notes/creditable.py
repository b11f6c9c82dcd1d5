"""What of issued invoices and their fees can still be credited."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce

from invoices.models import CreditNote, Fee, FeeAppliedTax, Invoice, PaymentStatus
from invoices.settlement import CreditableFee, CreditedInvoice, Split, TaxRate

_SUMS = ("credit_amount_cents", "refund_amount_cents", "offset_amount_cents")


@dataclass(frozen=True, slots=True)
class Credited:
    """An invoice's balance, and by how much the rounded taxes of its credit notes exceed the exact ones (3-N4)."""

    balance: CreditedInvoice
    tax_rounding_cents: Decimal


def with_credited(fees: QuerySet[Fee]) -> QuerySet[Fee]:
    """Everything that ``creditable_fee`` reads: two statements."""
    taken = Coalesce(Sum("credit_note_items__amount_cents"), 0)
    return fees.annotate(credited_amount_cents=taken).prefetch_related("applied_taxes")


def creditable_fees(fees: Iterable[Fee]) -> dict[UUID, CreditableFee]:
    return {fee.id: creditable_fee(fee) for fee in fees}


def creditable_fee(fee: Fee) -> CreditableFee:
    """Wants ``with_credited``."""
    return CreditableFee(
        id=fee.id,
        amount_cents=fee.amount_cents,
        precise_coupons_amount_cents=fee.precise_coupons_amount_cents,
        taxes=tuple(_rate(applied) for applied in fee.applied_taxes.all()),
        credited_amount_cents=vars(fee)["credited_amount_cents"],
    )


def credited(invoices: Collection[Invoice]) -> dict[UUID, Credited]:
    """One statement for any number of invoices."""
    notes = CreditNote.objects.filter(invoice__in=[invoice.id for invoice in invoices])
    rounding = Sum(F("taxes_amount_cents") - F("precise_taxes_amount_cents"))
    rows = notes.order_by().values("invoice_id").annotate(rounding=rounding, **{name: Sum(name) for name in _SUMS})
    sums: dict[UUID, Mapping[str, Any]] = {row["invoice_id"]: row for row in rows}
    return {invoice.id: _credited(invoice, sums.get(invoice.id, {})) for invoice in invoices}


def _credited(invoice: Invoice, sums: Mapping[str, Any]) -> Credited:
    balance = CreditedInvoice(
        sub_total_including_taxes_amount_cents=invoice.sub_total_including_taxes_amount_cents,
        paid_amount_cents=_paid_cents(invoice),
        due_amount_cents=invoice.total_due_amount_cents,
        given_back=Split(*(sums.get(name, 0) for name in _SUMS)),
    )
    return Credited(balance, sums.get("rounding", Decimal(0)))


def _paid_cents(invoice: Invoice) -> int:
    """One that someone marked as paid, without a payment of ours, was paid in full."""
    if invoice.payment_status == PaymentStatus.SUCCEEDED and not invoice.total_paid_amount_cents:
        return invoice.total_amount_cents - invoice.offset_amount_cents
    return invoice.total_paid_amount_cents


def _rate(applied: FeeAppliedTax) -> TaxRate:
    return TaxRate(
        id=applied.tax_id or applied.id,
        code=applied.tax_code,
        name=applied.tax_name,
        description=applied.tax_description,
        rate_percent=applied.tax_rate_percent,
    )
