"""What is owed, from fees to total: pure functions over frozen values."""

from invoices.settlement.taxes import NO_TAXES, Taxable, Taxes, TaxLine, TaxRate, tax_fee, tax_invoice
from invoices.settlement.totals import Payable, Settlement, settle

__all__ = [
    "NO_TAXES",
    "Payable",
    "Settlement",
    "TaxLine",
    "TaxRate",
    "Taxable",
    "Taxes",
    "settle",
    "tax_fee",
    "tax_invoice",
]
