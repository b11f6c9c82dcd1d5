"""A minimum commitment: what a subscription to a plan costs at least in a period."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.fields import cents_field
from billing_site.kernel.models import Entity
from customers.models import Tax
from plans.models.plan import Plan


class MinimumCommitment(Entity):
    """In the currency and for the interval of its plan (P6)."""

    plan = models.OneToOneField(Plan, on_delete=models.CASCADE, related_name="minimum_commitment")
    amount_cents = cents_field()
    invoice_display_name = models.CharField(max_length=255, blank=True, default="")
    taxes = models.ManyToManyField(Tax, blank=True, related_name="minimum_commitments")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="minimum_commitment_amount_cents_gt_0"),
        ]

    def __str__(self) -> str:
        return self.invoice_display_name or "Minimum commitment"
