"""From fees to the total of an invoice, in the reference system's order (3-O1). Pure.

fees − progressive billing credit − coupons = sub-total excluding taxes; + taxes = sub-total including
taxes; − credit notes − prepaid credits = total.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from invoices.settlement.taxes import Taxable, Taxes, TaxRate, tax_fee, tax_invoice


@dataclass(frozen=True, slots=True)
class Payable:
    """A fee that enters settlement: whole cents, and the taxes that apply to it."""

    amount_cents: int
    taxes: tuple[TaxRate, ...]


@dataclass(frozen=True, slots=True)
class Settlement:
    """The columns of an invoice, in cents; ``fee_taxes`` are in the order of the fees."""

    fees_amount_cents: int
    progressive_billing_credit_amount_cents: int
    coupons_amount_cents: int
    sub_total_excluding_taxes_amount_cents: int
    taxes: Taxes
    sub_total_including_taxes_amount_cents: int
    credit_notes_amount_cents: int
    prepaid_credit_amount_cents: int
    total_amount_cents: int
    fee_taxes: tuple[Taxes, ...]


def settle(fees: Sequence[Payable]) -> Settlement:
    """Settle one invoice. Two fees of 1,000 cents at 20 %: 2,000 + 400 = 2,400."""
    taxables = [Taxable(Decimal(fee.amount_cents), fee.taxes) for fee in fees]
    fees_amount = sum(fee.amount_cents for fee in fees)
    taxes = tax_invoice(taxables, fees_amount)
    including_taxes = fees_amount + taxes.amount_cents
    return Settlement(
        fees_amount_cents=fees_amount,
        progressive_billing_credit_amount_cents=0,
        coupons_amount_cents=0,
        sub_total_excluding_taxes_amount_cents=fees_amount,
        taxes=taxes,
        sub_total_including_taxes_amount_cents=including_taxes,
        credit_notes_amount_cents=0,
        prepaid_credit_amount_cents=0,
        total_amount_cents=including_taxes,
        fee_taxes=tuple(tax_fee(taxable) for taxable in taxables),
    )
