"""A credit note that someone asks for: its items, and what they come to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from billing_site.kernel.errors import NotAllowed, NotFound
from invoices.billing.credit_notes.creditable import Credited, creditable_fees, credited, with_credited
from invoices.billing.credit_notes.top_ups import bounded_by_wallet
from invoices.models import Invoice, InvoiceStatus
from invoices.settlement import (
    CreditableFee,
    CreditedItem,
    CreditNoteAmounts,
    Split,
    check_items,
    credit_note_amounts,
    takes_the_rest,
)


class AskedItem(NamedTuple):
    """Of one fee, without tax and before its share of discounts."""

    fee_id: UUID
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """What items come to, and what of it can be given back each way (N4)."""

    invoice: Invoice
    amounts: CreditNoteAmounts
    credited: Credited

    @property
    def most(self) -> Split:
        return self.credited.balance.most(self.amounts.total_amount_cents)


def estimated(invoice: Invoice, asked: Iterable[AskedItem]) -> Estimate:
    """Three statements. Items of one fee count together.

    Raises ``NotAllowed`` (``invalid_type_or_status``) unless the invoice is final, ``NotFound`` for a fee that is not
    on it and ``ValidationFailed`` for more than is left of one (3-N1).
    """
    if invoice.status != InvoiceStatus.FINALIZED:
        raise NotAllowed("invalid_type_or_status")
    fees = creditable_fees(with_credited(invoice.fees.all()))
    items = _items(asked, fees)
    check_items(items)
    return amounts_of(invoice, items, fees)


def amounts_of(invoice: Invoice, items: list[CreditedItem], fees: dict[UUID, CreditableFee]) -> Estimate:
    """``fees`` are all that the invoice has: the note that takes the rest of them rounds for all (3-N4)."""
    state = bounded_by_wallet(invoice, credited([invoice])[invoice.id])
    rounding = state.tax_rounding_cents if takes_the_rest(items, list(fees.values())) else Decimal(0)
    return Estimate(invoice, credit_note_amounts(items, tax_rounding_cents=rounding), state)


def _items(asked: Iterable[AskedItem], fees: dict[UUID, CreditableFee]) -> list[CreditedItem]:
    cents: Counter[UUID] = Counter()
    for fee_id, amount_cents in asked:
        if fee_id not in fees:
            raise NotFound("fee")
        cents[fee_id] += amount_cents
    return [CreditedItem(fees[fee_id], Decimal(amount)) for fee_id, amount in cents.items()]
