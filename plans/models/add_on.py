"""An add-on: something with a price of its own, sold once or as a fixed charge of plans."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.fields import cents_field, currency_field
from billing_site.kernel.models import Entity, SoftDeletable
from customers.models import Organization, Tax


class AddOn(Entity, SoftDeletable):
    """``amount_cents`` is its price when sold once; a fixed charge has a price of its own (F1, F2)."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="add_ons")
    name = models.CharField(max_length=255)
    code = models.CharField(max_length=255)
    description = models.TextField(blank=True, default="")
    invoice_display_name = models.CharField(max_length=255, blank=True, default="")
    amount_cents = cents_field()
    amount_currency = currency_field()
    taxes = models.ManyToManyField(Tax, blank=True, related_name="add_ons")

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"], condition=Q(deleted_at__isnull=True), name="add_on_code_unique"
            ),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="add_on_amount_cents_gt_0"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def display_name(self) -> str:
        return self.invoice_display_name or self.name
