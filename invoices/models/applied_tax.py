"""A tax as it was applied to a fee or an invoice; code, name and rate are kept as they were."""

from django.db import models

from billing_site.kernel.fields import cents_field, currency_field, precise_cents_field, rate_percent_field
from billing_site.kernel.models import Entity
from customers.models import Tax
from invoices.models.fee import Fee
from invoices.models.invoice import Invoice
from invoices.models.issued import issued, issued_by_fee

# Not ``tax``, which is set to NULL when the tax itself is removed.
TAXED = ("tax_code", "tax_name", "tax_rate_percent", "amount_currency", "amount_cents")


class AppliedTax(Entity):
    # For what shows the tax as it is now; what was applied is in the other columns.
    tax = models.ForeignKey(
        Tax, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False, db_constraint=False
    )
    tax_code = models.CharField(max_length=255)
    tax_name = models.CharField(max_length=255)
    tax_description = models.TextField(blank=True, default="")
    tax_rate_percent = rate_percent_field()
    amount_currency = currency_field()
    amount_cents = cents_field()

    class Meta:
        abstract = True


class FeeAppliedTax(AppliedTax):
    fee = models.ForeignKey(Fee, on_delete=models.CASCADE, related_name="applied_taxes", db_index=False)
    precise_amount_cents = precise_cents_field()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["fee", "tax_code"], name="fee_applied_tax_once")]
        triggers = [issued_by_fee("taxes_of_issued_fees_are_final", *TAXED)]

    def __str__(self) -> str:
        return self.tax_code


class InvoiceAppliedTax(AppliedTax):
    """``fees_amount_cents`` is the taxed base, rounded."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="applied_taxes", db_index=False)
    fees_amount_cents = cents_field()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["invoice", "tax_code"], name="invoice_applied_tax_once")]
        triggers = [issued("taxes_of_issued_invoices_are_final", "invoice_id", *TAXED)]

    def __str__(self) -> str:
        return self.tax_code
