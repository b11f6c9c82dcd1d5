"""A tax rate that can be put on customers, plans, charges and billing entities."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import non_negative
from billing_site.kernel.fields import rate_percent_field
from billing_site.kernel.models import Entity, SoftDeletable
from customers.models.organization import Organization


class Tax(Entity, SoftDeletable):
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="taxes")
    name = models.CharField(max_length=255)
    code = models.CharField(max_length=255)
    rate_percent = rate_percent_field()
    description = models.TextField(blank=True, default="")
    applied_to_organization = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "taxes"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"], condition=Q(deleted_at__isnull=True), name="tax_code_unique"
            ),
            *non_negative("tax", "rate_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.rate_percent.normalize():f} %)"
