"""What is owed, from fees to total: pure functions over frozen values."""

from invoices.settlement.coupons import CouponBalance, CouponDraw
from invoices.settlement.credit_note_amounts import (
    CreditableFee,
    CreditedItem,
    CreditNoteAmounts,
    credit_note_amounts,
    takes_the_rest,
)
from invoices.settlement.credit_note_split import CreditedInvoice, Split, check_items, check_split, fitted
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
from invoices.settlement.payable import ChargeKey, Payable
from invoices.settlement.progressive import ProgressiveBalance, ProgressiveDraw
from invoices.settlement.taxes import NO_TAXES, Taxable, Taxes, TaxLine, TaxRate, tax_fee, tax_invoice
from invoices.settlement.thresholds import Completion, Crossing, Direction, Threshold, completions, crossings
from invoices.settlement.totals import SettledFee, Settlement, settle
from invoices.settlement.unused_days import PaidFee, returned, unused_amount_cents
from invoices.settlement.wallets import WalletBalance, WalletDraw

__all__ = [
    "NO_CREDITS",
    "NO_TAXES",
    "ChargeKey",
    "Completion",
    "Counted",
    "CouponBalance",
    "CouponDraw",
    "CreditNoteAmounts",
    "CreditNoteBalance",
    "CreditNoteDraw",
    "CreditableFee",
    "CreditedInvoice",
    "CreditedItem",
    "Crossing",
    "CustomerCredits",
    "Days",
    "Direction",
    "Explanation",
    "Line",
    "LineKind",
    "PaidFee",
    "Payable",
    "ProgressiveBalance",
    "ProgressiveDraw",
    "SettledFee",
    "Settlement",
    "Split",
    "TaxLine",
    "TaxRate",
    "Taxable",
    "Taxes",
    "Threshold",
    "UnitsTrail",
    "WalletBalance",
    "WalletDraw",
    "check_items",
    "check_split",
    "completions",
    "credit_note_amounts",
    "crossings",
    "fitted",
    "returned",
    "settle",
    "summed_by_days",
    "takes_the_rest",
    "tax_fee",
    "tax_invoice",
    "unused_amount_cents",
]
