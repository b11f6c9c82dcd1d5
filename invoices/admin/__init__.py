"""The console's pages on invoices, fees, billing runs and what they set aside."""

from invoices.admin import billing_failure, billing_run, fee, invoice, tabs, thresholds_tab, why_page

__all__ = ["billing_failure", "billing_run", "fee", "invoice", "tabs", "thresholds_tab", "why_page"]
