"""A plan: what a subscription costs per interval, with the charges on usage."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import non_negative, one_of
from billing_site.kernel.fields import cents_field, currency_field, enum_field
from billing_site.kernel.models import Entity, SoftDeletable
from customers.models import Organization, Tax
from plans.periods import BillingInterval
from plans.periods.terms import MONTHLY_BILLABLE, PERIODS_A_YEAR


class Plan(Entity, SoftDeletable):
    """A plan with a ``parent`` holds the overrides of one subscription and shares its parent's code (P8)."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="plans")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    name = models.CharField(max_length=255)
    code = models.CharField(max_length=255)
    description = models.TextField(blank=True, default="")
    invoice_display_name = models.CharField(max_length=255, blank=True, default="")
    interval = enum_field(BillingInterval)
    amount_cents = cents_field()
    amount_currency = currency_field()
    pay_in_advance = models.BooleanField(default=False)
    trial_period = models.DecimalField(max_digits=10, decimal_places=4, default=0, help_text="Days.")
    bill_charges_monthly = models.BooleanField(default=False)
    bill_fixed_charges_monthly = models.BooleanField(default=False)
    metadata = models.JSONField(default=dict, blank=True)
    taxes = models.ManyToManyField(Tax, blank=True, related_name="plans")

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"],
                condition=Q(deleted_at__isnull=True, parent__isnull=True),
                name="plan_code_unique",
            ),
            one_of("plan", "interval", BillingInterval),
            *non_negative("plan", "amount_cents", "trial_period"),
            models.CheckConstraint(
                condition=Q(bill_charges_monthly=False, bill_fixed_charges_monthly=False)
                | Q(interval__in=sorted(MONTHLY_BILLABLE)),
                name="plan_monthly_billing_of_long_intervals",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def yearly_amount_cents(self) -> int:
        """What the interval's price comes to in a year, to compare plans by; usage does not count (S9, 3-S16)."""
        return self.amount_cents * PERIODS_A_YEAR[BillingInterval(self.interval)]

    @property
    def display_name(self) -> str:
        return self.invoice_display_name or self.name
