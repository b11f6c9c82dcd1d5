"""The PDF of an issued invoice, kept as it was drawn first."""

import pgtrigger
from django.db import models
from django.db.models import Q

from billing_site.kernel.fields import enum_field
from invoices.models.invoice import Invoice, InvoiceStatus


class InvoiceDocument(models.Model):
    """One for the issued invoice and, once it is voided, a second one that says so; neither ever changes.

    ``sha256`` is of ``content``, in hexadecimal; ``template_version`` tells which layout drew it.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="documents")
    invoice_status = enum_field(InvoiceStatus)
    locale = models.CharField(max_length=16)
    template_version = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "invoice_status"], name="invoice_document_once_per_status"),
            models.CheckConstraint(
                condition=Q(invoice_status__in=["finalized", "voided"]), name="invoice_document_of_issued_invoice"
            ),
        ]
        triggers = [pgtrigger.Protect(name="document_is_final", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.invoice_status}"
