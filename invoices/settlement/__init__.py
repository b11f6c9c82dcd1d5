"""What is owed, from fees to total: pure functions over frozen values."""

from invoices.settlement.adjustment import Adjustment, Priced, adjusted_price, at_unit_amount
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
from invoices.settlement.credit_order import BLOCK_ORDER, BlockDraw, CreditBlock, Drawn, DrawReason, draw_from
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
from invoices.settlement.paid_fees import TaxedFee, settle_paid
from invoices.settlement.payable import ChargeKey, Payable
from invoices.settlement.prepaid_credits import credits_worth, worth_cents
from invoices.settlement.progressive import ProgressiveBalance, ProgressiveDraw
from invoices.settlement.taxes import NO_TAXES, Taxable, Taxes, TaxLine, TaxRate, tax_fee, tax_invoice
from invoices.settlement.thresholds import Completion, Crossing, Direction, Threshold, completions, crossings
from invoices.settlement.totals import SettledFee, Settlement, settle
from invoices.settlement.unused_days import PaidFee, returned, unused_amount_cents
from invoices.settlement.void import divided, rest_of
from invoices.settlement.wallets import (
    Bucket,
    OngoingWallet,
    Owed,
    Scope,
    WalletBalance,
    WalletDraw,
    apply_wallets,
    ongoing_usage,
    owed_by_bucket,
)

__all__ = [
    "BLOCK_ORDER",
    "NO_CREDITS",
    "NO_TAXES",
    "Adjustment",
    "BlockDraw",
    "Bucket",
    "ChargeKey",
    "Completion",
    "Counted",
    "CouponBalance",
    "CouponDraw",
    "CreditBlock",
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
    "DrawReason",
    "Drawn",
    "Explanation",
    "Line",
    "LineKind",
    "OngoingWallet",
    "Owed",
    "PaidFee",
    "Payable",
    "Priced",
    "ProgressiveBalance",
    "ProgressiveDraw",
    "Scope",
    "SettledFee",
    "Settlement",
    "Split",
    "TaxLine",
    "TaxRate",
    "Taxable",
    "TaxedFee",
    "Taxes",
    "Threshold",
    "UnitsTrail",
    "WalletBalance",
    "WalletDraw",
    "adjusted_price",
    "apply_wallets",
    "at_unit_amount",
    "check_items",
    "check_split",
    "completions",
    "credit_note_amounts",
    "credits_worth",
    "crossings",
    "divided",
    "draw_from",
    "fitted",
    "ongoing_usage",
    "owed_by_bucket",
    "rest_of",
    "returned",
    "settle",
    "settle_paid",
    "summed_by_days",
    "takes_the_rest",
    "tax_fee",
    "tax_invoice",
    "unused_amount_cents",
    "worth_cents",
]
