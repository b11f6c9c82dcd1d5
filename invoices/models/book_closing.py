"""When books were closed and opened again, by whom and why. Append-only; the billing entity has the day that counts."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from billing_site.kernel.models import Entity
from customers.models import BillingEntity, Organization


class BookClosing(Entity):
    """From ``closed_before`` on to ``closed_until``, both the last closed day; none: everything is open."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="book_closings")
    billing_entity = models.ForeignKey(BillingEntity, on_delete=models.PROTECT, related_name="book_closings")
    closed_before = models.DateField(null=True, blank=True)
    closed_until = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True, default="")
    decided_by = models.CharField(max_length=255)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                # With NULL a comparison alone would be neither true nor false, and the row accepted.
                condition=Q(
                    closed_before__isnull=False, closed_until__isnull=False, closed_until__gt=F("closed_before")
                )
                | Q(closed_before__isnull=True, closed_until__isnull=False)
                | (~Q(reason="") & Q(closed_before__isnull=False)),
                name="book_closing_reopens_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["organization", "-created_at", "-id"], name="book_closing_newest")]
        triggers = [pgtrigger.Protect(name="closings_are_final", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.billing_entity} {self.closed_until or 'open'}"

    @property
    def is_closing(self) -> bool:
        return self.closed_until is not None and (self.closed_before is None or self.closed_until > self.closed_before)
