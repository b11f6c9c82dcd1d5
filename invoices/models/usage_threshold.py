"""Usage thresholds that a subscription has passed."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import non_negative
from billing_site.kernel.fields import cents_field
from billing_site.kernel.models import Entity
from invoices.models.invoice import Invoice
from plans.models import Subscription, UsageThreshold


class AppliedUsageThreshold(Entity):
    """Passed once in the life of a subscription; ``invoice`` is the progressive one, if there was anything to bill.

    ``amount_cents`` is what was passed: of a recurring threshold the repetition.
    """

    usage_threshold = models.ForeignKey(UsageThreshold, on_delete=models.PROTECT, related_name="applied")
    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="applied_usage_thresholds")
    invoice = models.ForeignKey(
        Invoice, null=True, blank=True, on_delete=models.CASCADE, related_name="applied_usage_thresholds"
    )
    amount_cents = cents_field()
    lifetime_usage_amount_cents = cents_field()

    class Meta:
        ordering = ["amount_cents", "id"]
        constraints = [
            *non_negative("applied_usage_threshold", "lifetime_usage_amount_cents"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="applied_usage_threshold_amount_cents_gt_0"),
            models.UniqueConstraint(
                fields=["subscription", "amount_cents"], name="applied_usage_threshold_once_per_amount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents}"
