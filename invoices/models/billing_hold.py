"""A customer that runs leave alone until someone releases it."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.models import Entity
from customers.models import Customer, Organization


class BillingHold(Entity):
    """Since ``created_at``, until ``released_at``; no invoice is made or finalized by itself in between."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="billing_holds")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="billing_holds")
    reason = models.TextField()
    released_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(released_at__isnull=True), name="billing_hold_one_open_per_customer"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="billing_hold_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.reason
