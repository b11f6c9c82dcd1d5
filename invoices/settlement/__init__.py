"""What is owed, from fees to total: pure functions over frozen values."""

from invoices.settlement.coupons import CouponBalance, CouponDraw
from invoices.settlement.credit_notes import CreditNoteBalance, CreditNoteDraw
from invoices.settlement.credits import NO_CREDITS, CustomerCredits
from invoices.settlement.explanation import (
    Counted,
    Days,
    Explanation,
    Line,
    LineKind,
    UnitsTrail,
    summed_by_days,
)
from invoices.settlement.payable import Payable
from invoices.settlement.progressive import ProgressiveBalance, ProgressiveDraw
from invoices.settlement.taxes import NO_TAXES, Taxable, Taxes, TaxLine, TaxRate, tax_fee, tax_invoice
from invoices.settlement.totals import SettledFee, Settlement, settle
from invoices.settlement.wallets import WalletBalance, WalletDraw

__all__ = [
    "NO_CREDITS",
    "NO_TAXES",
    "Counted",
    "CouponBalance",
    "CouponDraw",
    "CreditNoteBalance",
    "CreditNoteDraw",
    "CustomerCredits",
    "Days",
    "Explanation",
    "Line",
    "LineKind",
    "Payable",
    "ProgressiveBalance",
    "ProgressiveDraw",
    "SettledFee",
    "Settlement",
    "TaxLine",
    "TaxRate",
    "Taxable",
    "Taxes",
    "UnitsTrail",
    "WalletBalance",
    "WalletDraw",
    "settle",
    "summed_by_days",
    "tax_fee",
    "tax_invoice",
]
