"""Usage thresholds: lifetime amounts at which a subscription's usage is invoiced before its period ends (P7)."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.fields import cents_field
from billing_site.kernel.models import Entity, SoftDeletable
from plans.models.plan import Plan
from plans.models.subscription import Subscription


class UsageThreshold(Entity, SoftDeletable):
    """Of a plan, or of one subscription instead of its plan's (S15); in cents of the plan's currency.

    The ``recurring`` one repeats every ``amount_cents`` beyond the largest of the others.
    """

    plan = models.ForeignKey(Plan, null=True, blank=True, on_delete=models.CASCADE, related_name="usage_thresholds")
    subscription = models.ForeignKey(
        Subscription, null=True, blank=True, on_delete=models.CASCADE, related_name="usage_thresholds"
    )
    amount_cents = cents_field()
    recurring = models.BooleanField(default=False)
    threshold_display_name = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        ordering = ["recurring", "amount_cents"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="usage_threshold_amount_cents_gt_0"),
            models.CheckConstraint(
                condition=Q(plan__isnull=False) ^ Q(subscription__isnull=False), name="usage_threshold_has_one_owner"
            ),
            models.UniqueConstraint(
                fields=["plan", "recurring", "amount_cents"],
                condition=Q(deleted_at__isnull=True),
                name="usage_threshold_once_per_plan",
            ),
            models.UniqueConstraint(
                fields=["subscription", "recurring", "amount_cents"],
                condition=Q(deleted_at__isnull=True),
                name="usage_threshold_once_per_subscription",
            ),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(deleted_at__isnull=True, recurring=True),
                name="usage_threshold_one_recurring_per_plan",
            ),
            models.UniqueConstraint(
                fields=["subscription"],
                condition=Q(deleted_at__isnull=True, recurring=True),
                name="usage_threshold_one_recurring_per_subscription",
            ),
        ]

    def __str__(self) -> str:
        return self.threshold_display_name or f"{self.amount_cents}"
