"""A coupon: a discount that can be applied to customers."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import one_of
from billing_site.kernel.fields import cents_field, currency_field, enum_field, rate_percent_field
from billing_site.kernel.models import Entity, SoftDeletable
from customers.models import Organization
from plans.models.plan import Plan
from usage.models import BillableMetric


class CouponType(models.TextChoices):
    FIXED_AMOUNT = "fixed_amount"
    PERCENTAGE = "percentage"


class CouponFrequency(models.TextChoices):
    ONCE = "once"
    RECURRING = "recurring"
    FOREVER = "forever"


class CouponExpiration(models.TextChoices):
    NO_EXPIRATION = "no_expiration"
    TIME_LIMIT = "time_limit"


class CouponStatus(models.TextChoices):
    ACTIVE = "active"
    TERMINATED = "terminated"


# An amount in a currency, or a percentage; a number of invoices where it is recurring. A comparison with NULL would not
# break a constraint, so that is excluded by name.
HAS_VALUE = (
    Q(amount_cents__isnull=False, amount_cents__gt=0, percentage_rate__isnull=True) & ~Q(amount_currency="")
) | Q(amount_cents__isnull=True, amount_currency="", percentage_rate__isnull=False, percentage_rate__gt=0)
HAS_DURATION = Q(frequency="recurring", frequency_duration__isnull=False, frequency_duration__gt=0) | (
    ~Q(frequency="recurring") & Q(frequency_duration__isnull=True)
)


class Coupon(Entity, SoftDeletable):
    """What it takes off an invoice when it is applied without changes (K1 … K6).

    Terminated or expired it cannot be applied any more; what was applied before goes on (K4).
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="coupons")
    name = models.CharField(max_length=255)
    code = models.CharField(max_length=255)
    description = models.TextField(blank=True, default="")
    coupon_type = enum_field(CouponType)
    amount_cents = cents_field(null=True, blank=True, default=None)
    amount_currency = currency_field(blank=True, default="")
    percentage_rate = rate_percent_field(null=True, blank=True, default=None)
    frequency = enum_field(CouponFrequency)
    frequency_duration = models.PositiveIntegerField(null=True, blank=True, help_text="Invoices, if recurring.")
    expiration = enum_field(CouponExpiration)
    expiration_at = models.DateTimeField(null=True, blank=True)
    reusable = models.BooleanField(default=True, help_text="Several times for one customer.")
    limited_plans = models.BooleanField(default=False)
    limited_billable_metrics = models.BooleanField(default=False)
    plans = models.ManyToManyField(Plan, blank=True, related_name="coupons")
    billable_metrics = models.ManyToManyField(BillableMetric, blank=True, related_name="coupons")
    status = enum_field(CouponStatus, default=CouponStatus.ACTIVE)
    terminated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"], condition=Q(deleted_at__isnull=True), name="coupon_code_unique"
            ),
            one_of("coupon", "coupon_type", CouponType),
            one_of("coupon", "frequency", CouponFrequency),
            one_of("coupon", "expiration", CouponExpiration),
            one_of("coupon", "status", CouponStatus),
            models.CheckConstraint(condition=HAS_VALUE, name="coupon_has_amount_or_percentage"),
            models.CheckConstraint(condition=HAS_DURATION, name="coupon_recurs_for_some_invoices"),
            models.CheckConstraint(
                condition=Q(coupon_type="fixed_amount", amount_cents__isnull=False)
                | Q(coupon_type="percentage", percentage_rate__isnull=False),
                name="coupon_value_is_of_its_type",
            ),
            models.CheckConstraint(
                condition=Q(expiration="time_limit", expiration_at__isnull=False)
                | Q(expiration="no_expiration", expiration_at__isnull=True),
                name="coupon_expires_at_its_time_limit",
            ),
            models.CheckConstraint(
                condition=Q(limited_plans=False) | Q(limited_billable_metrics=False), name="coupon_has_one_limitation"
            ),
            models.CheckConstraint(
                condition=Q(status="terminated", terminated_at__isnull=False)
                | Q(status="active", terminated_at__isnull=True),
                name="coupon_terminated_at_an_instant",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "expiration_at"],
                condition=Q(status="active", expiration_at__isnull=False),
                name="coupon_to_expire",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def is_percentage(self) -> bool:
        return self.coupon_type == CouponType.PERCENTAGE

    @property
    def is_active(self) -> bool:
        return self.status == CouponStatus.ACTIVE and self.deleted_at is None
