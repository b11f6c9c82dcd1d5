"""A text that invoices carry besides the footer: bank details, terms, a greeting (I20)."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.models import Entity, SoftDeletable
from customers.models.organization import Organization


class InvoiceCustomSection(Entity, SoftDeletable):
    """``display_name`` and ``details`` are printed; ``name`` and ``description`` are for operators."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="invoice_custom_sections")
    code = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True, default="")
    display_name = models.CharField(max_length=255, blank=True, default="")
    details = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["name", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"],
                condition=Q(deleted_at__isnull=True),
                name="invoice_custom_section_code_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.name
