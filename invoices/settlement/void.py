"""How a voided invoice is divided into what is given back and what is given up (3-P1). Pure; amounts are cents."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from billing_site.kernel.money import EXACT, round_half_up
from invoices.settlement.credit_note_amounts import CreditableFee, CreditedItem

ITEM_PLACES = 5


class Divided(NamedTuple):
    """Items of the credit note that is kept, and of the one for the remainder; each may be empty."""

    kept: list[CreditedItem]
    remainder: list[CreditedItem]


def rest_of(fees: Sequence[CreditableFee]) -> list[CreditedItem]:
    """All that earlier credit notes left of the fees."""
    return [CreditedItem(fee, Decimal(fee.creditable_amount_cents)) for fee in fees if fee.creditable_amount_cents]


def divided(items: Sequence[CreditedItem], kept_cents: int, total_cents: int) -> Divided:
    """Keep ``kept_cents`` of the ``total_cents`` that the items come to with tax, of each fee in proportion.

    400 of 1,200 for a fee of 1,000 at 20 %: 333.33333 of it are kept, the item for the other note is 667.
    """
    share = EXACT.divide(Decimal(kept_cents), Decimal(total_cents)) if total_cents else Decimal(0)
    kept = [
        CreditedItem(item.fee, round_half_up(EXACT.multiply(item.precise_amount_cents, share), ITEM_PLACES))
        for item in items
    ]
    remainder = [
        CreditedItem(item.fee, item.precise_amount_cents - part.amount_cents)
        for item, part in zip(items, kept, strict=True)
    ]
    return Divided(_something(kept), _something(remainder))


def _something(items: Sequence[CreditedItem]) -> list[CreditedItem]:
    return [item for item in items if item.precise_amount_cents]
