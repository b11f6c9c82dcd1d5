"""What a credit note comes to, from its items to its total (3-N2 … 3-N4). Pure; amounts are cents."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from billing_site.kernel.money import round_half_up
from invoices.settlement.taxes import Taxable, Taxes, TaxRate, tax_invoice

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class CreditableFee:
    """A fee as it was billed: its taxes, its share of discounts, and what earlier credit notes took of it."""

    id: UUID
    amount_cents: int
    precise_coupons_amount_cents: Decimal
    taxes: tuple[TaxRate, ...]
    credited_amount_cents: int = 0

    @property
    def creditable_amount_cents(self) -> int:
        """What is left to credit, without tax (3-N1)."""
        return max(self.amount_cents - self.credited_amount_cents, 0)


@dataclass(frozen=True, slots=True)
class CreditedItem:
    """So much of a fee, before its share of discounts and without tax; unrounded for days that were not used."""

    fee: CreditableFee
    precise_amount_cents: Decimal

    @property
    def amount_cents(self) -> int:
        return int(round_half_up(self.precise_amount_cents))

    @property
    def precise_coupons_amount_cents(self) -> Decimal:
        """The item's part of the discounts. 250.00 off a fee of 399.00: 262.60 of it carry 164.54."""
        if not self.fee.amount_cents:
            return ZERO
        return self.fee.precise_coupons_amount_cents * self.precise_amount_cents / self.fee.amount_cents


@dataclass(frozen=True, slots=True)
class CreditNoteAmounts:
    """The columns of a credit note. ``taxes`` has its lines and rate as an invoice has."""

    items: tuple[CreditedItem, ...]
    precise_coupons_adjustment_amount_cents: Decimal
    sub_total_excluding_taxes_amount_cents: int
    precise_taxes_amount_cents: Decimal
    taxes: Taxes

    @property
    def coupons_adjustment_amount_cents(self) -> int:
        return int(round_half_up(self.precise_coupons_adjustment_amount_cents))

    @property
    def taxes_amount_cents(self) -> int:
        return int(round_half_up(self.precise_taxes_amount_cents))

    @property
    def total_amount_cents(self) -> int:
        """The sum of the two rounded parts: up to a cent off the rounded exact total (3-N3)."""
        return self.sub_total_excluding_taxes_amount_cents + self.taxes_amount_cents

    @property
    def precise_total_amount_cents(self) -> Decimal:
        precise_sub_total = precise_items_cents(self.items) - self.precise_coupons_adjustment_amount_cents
        return precise_sub_total + self.precise_taxes_amount_cents

    @property
    def rounded_precise_total_cents(self) -> int:
        return int(round_half_up(self.precise_total_amount_cents))


def credit_note_amounts(items: Sequence[CreditedItem], *, tax_rounding_cents: Decimal = ZERO) -> CreditNoteAmounts:
    """Items less their share of discounts, plus tax.

    The tax of each rate is the exact share of all items, as on an invoice. ``tax_rounding_cents`` is by how much the
    rounded taxes of earlier credit notes exceed the exact ones: the last one of an invoice makes up for it (3-N4).
    262.60 of a fee of 399.00 that had a coupon of 250.00, at 20 %: 98.0637 + 19.61274, so 98.06 + 19.61 = 117.67.
    """
    coupons = sum((item.precise_coupons_amount_cents for item in items), ZERO)
    precise_sub_total = precise_items_cents(items) - coupons
    taxables = [
        Taxable(item.precise_amount_cents - item.precise_coupons_amount_cents, item.fee.taxes) for item in items
    ]
    taxes = tax_invoice(taxables, precise_sub_total)
    return CreditNoteAmounts(
        items=tuple(items),
        precise_coupons_adjustment_amount_cents=coupons,
        sub_total_excluding_taxes_amount_cents=int(round_half_up(precise_sub_total)),
        precise_taxes_amount_cents=max(taxes.precise_amount_cents - tax_rounding_cents, ZERO),
        taxes=taxes,
    )


def takes_the_rest(items: Sequence[CreditedItem], fees: Sequence[CreditableFee]) -> bool:
    """Whether nothing of the invoice's ``fees`` can be credited after these items."""
    taken: dict[UUID, Decimal] = {}
    for item in items:
        taken[item.fee.id] = taken.get(item.fee.id, ZERO) + item.precise_amount_cents
    return all(taken.get(fee.id, ZERO) >= fee.creditable_amount_cents for fee in fees)


def precise_items_cents(items: Sequence[CreditedItem]) -> Decimal:
    return sum((item.precise_amount_cents for item in items), ZERO)
