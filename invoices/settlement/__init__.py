"""What is owed, from fees to total: pure functions over frozen values."""

from invoices.settlement.explanation import (
    Counted,
    Days,
    Explanation,
    Line,
    LineKind,
    UnitsTrail,
    summed_by_days,
)
from invoices.settlement.taxes import NO_TAXES, Taxable, Taxes, TaxLine, TaxRate, tax_fee, tax_invoice
from invoices.settlement.totals import Payable, Settlement, settle

__all__ = [
    "NO_TAXES",
    "Counted",
    "Days",
    "Explanation",
    "Line",
    "LineKind",
    "Payable",
    "Settlement",
    "TaxLine",
    "TaxRate",
    "Taxable",
    "Taxes",
    "UnitsTrail",
    "settle",
    "summed_by_days",
    "tax_fee",
    "tax_invoice",
]
