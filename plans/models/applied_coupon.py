"""A coupon applied to a customer: what it takes off that customer's invoices."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import one_of
from billing_site.kernel.fields import cents_field, currency_field, enum_field, rate_percent_field
from billing_site.kernel.models import Entity
from customers.models import Customer, Organization
from plans.models.coupon import HAS_DURATION, HAS_VALUE, Coupon, CouponFrequency


class AppliedCouponStatus(models.TextChoices):
    ACTIVE = "active"
    TERMINATED = "terminated"


class AppliedCoupon(Entity):
    """The coupon's terms, or those given when it was applied (K8).

    ``frequency_duration_remaining`` counts invoices; what remains of a one-time amount is the amount less its credits.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="applied_coupons")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="applied_coupons")
    coupon = models.ForeignKey(Coupon, on_delete=models.PROTECT, related_name="applied_coupons")
    status = enum_field(AppliedCouponStatus, default=AppliedCouponStatus.ACTIVE)
    amount_cents = cents_field(null=True, blank=True, default=None)
    amount_currency = currency_field(blank=True, default="")
    percentage_rate = rate_percent_field(null=True, blank=True, default=None)
    frequency = enum_field(CouponFrequency)
    frequency_duration = models.PositiveIntegerField(null=True, blank=True)
    frequency_duration_remaining = models.PositiveIntegerField(null=True, blank=True)
    terminated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            one_of("applied_coupon", "status", AppliedCouponStatus),
            one_of("applied_coupon", "frequency", CouponFrequency),
            models.CheckConstraint(condition=HAS_VALUE, name="applied_coupon_has_amount_or_percentage"),
            models.CheckConstraint(
                condition=HAS_DURATION
                & (
                    Q(frequency="recurring", frequency_duration_remaining__isnull=False)
                    | (~Q(frequency="recurring") & Q(frequency_duration_remaining__isnull=True))
                ),
                name="applied_coupon_counts_down_if_recurring",
            ),
            models.CheckConstraint(
                condition=Q(status="terminated", terminated_at__isnull=False)
                | Q(status="active", terminated_at__isnull=True),
                name="applied_coupon_terminated_at_an_instant",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="applied_coupon_newest"),
            models.Index(
                fields=["customer", "created_at", "id"], condition=Q(status="active"), name="applied_coupon_to_use"
            ),
        ]

    def __str__(self) -> str:
        return str(self.coupon)

    @property
    def is_percentage(self) -> bool:
        return self.percentage_rate is not None

    @property
    def is_one_time_amount(self) -> bool:
        """What is left of it after one invoice goes on to the next (K3)."""
        return self.frequency == CouponFrequency.ONCE and not self.is_percentage
