"""The amounts of an invoice over fees that were taxed and paid before it (3-D13). Pure."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from billing_site.kernel.money import round_half_up
from invoices.settlement.taxes import RATE_PLACES, Taxes, TaxLine, TaxRate
from invoices.settlement.totals import Settlement


class TaxedFee(NamedTuple):
    """Cents as they were stored with the fee; ``taxes`` each with its own."""

    amount_cents: int
    taxes_amount_cents: int
    taxes: tuple[tuple[TaxRate, int], ...]


def settle_paid(fees: Sequence[TaxedFee]) -> Settlement:
    """Taxes are added up as they were rounded, not computed again: 0.4 cents on each of five fees stay 0.

    The rate is weighted by the fees' amounts, of fees of nothing by their number.
    """
    before_taxes = sum(fee.amount_cents for fee in fees)
    taxes_cents = sum(fee.taxes_amount_cents for fee in fees)
    lines = tuple(_lines(fees))
    return Settlement(
        fees_amount_cents=before_taxes,
        progressive_billing_credit_amount_cents=0,
        coupons_amount_cents=0,
        sub_total_excluding_taxes_amount_cents=before_taxes,
        taxes=Taxes(_rate(fees, before_taxes), Decimal(taxes_cents), lines),
        sub_total_including_taxes_amount_cents=before_taxes + taxes_cents,
        credit_notes_amount_cents=0,
        prepaid_credit_amount_cents=0,
        total_amount_cents=before_taxes + taxes_cents,
        fees=(),
    )


def _lines(fees: Sequence[TaxedFee]) -> list[TaxLine]:
    """One for each tax, in the order in which they appear."""
    found: dict[str, TaxLine] = {}
    for fee in fees:
        for tax, cents in fee.taxes:
            before = found.get(tax.code, TaxLine(tax, Decimal(0), Decimal(0)))
            found[tax.code] = TaxLine(tax, before.base_cents + fee.amount_cents, before.precise_amount_cents + cents)
    return list(found.values())


def _rate(fees: Sequence[TaxedFee], before_taxes: int) -> Decimal:
    weighted = sum(
        (
            tax.rate_percent * (Decimal(fee.amount_cents) / before_taxes if before_taxes else Decimal(1) / len(fees))
            for fee in fees
            for tax, _ in fee.taxes
        ),
        Decimal(0),
    )
    return round_half_up(weighted, RATE_PLACES)
