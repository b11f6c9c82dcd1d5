"""What customers settle invoices with: loaded for a batch, drawn on invoice by invoice, written with the batch."""

from invoices.billing.credits.book import CreditBook, payables
from invoices.billing.credits.load import load_credits
from invoices.billing.credits.record import record_credits

__all__ = ["CreditBook", "load_credits", "payables", "record_credits"]
