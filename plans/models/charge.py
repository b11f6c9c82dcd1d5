"""A charge: the price of one metric's usage within a plan."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import non_negative, one_of
from billing_site.kernel.fields import cents_field, enum_field
from billing_site.kernel.models import Entity, SoftDeletable
from customers.models import Tax
from plans.models.plan import Plan
from plans.rating import ChargeModelName
from usage.models import BillableMetric


class RegroupPaidFees(models.TextChoices):
    INVOICE = "invoice"


class Charge(Entity, SoftDeletable):
    """``properties`` are the price as ``plans.rating.parse_properties`` accepts them."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="charges")
    billable_metric = models.ForeignKey(BillableMetric, on_delete=models.PROTECT, related_name="charges")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    code = models.CharField(max_length=255)
    charge_model = enum_field(ChargeModelName)
    properties = models.JSONField(default=dict, blank=True)
    invoice_display_name = models.CharField(max_length=255, blank=True, default="")
    pay_in_advance = models.BooleanField(default=False)
    invoiceable = models.BooleanField(default=True)
    regroup_paid_fees = enum_field(RegroupPaidFees, null=True, blank=True)
    prorated = models.BooleanField(default=False)
    accepts_target_wallet = models.BooleanField(default=False)
    min_amount_cents = cents_field()
    taxes = models.ManyToManyField(Tax, blank=True, related_name="charges")

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"], condition=Q(deleted_at__isnull=True), name="charge_code_unique"
            ),
            one_of("charge", "charge_model", ChargeModelName),
            one_of("charge", "regroup_paid_fees", RegroupPaidFees),
            *non_negative("charge", "min_amount_cents"),
            models.CheckConstraint(
                condition=Q(pay_in_advance=False) | Q(min_amount_cents=0), name="charge_minimum_only_in_arrears"
            ),
            models.CheckConstraint(
                condition=Q(invoiceable=True) | Q(pay_in_advance=True), name="charge_not_invoiceable_only_in_advance"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.invoice_display_name or self.billable_metric.name


class ChargeFilter(Entity, SoftDeletable):
    """A price of its own for the events whose properties have these ``values`` (``{"key": ["value", …]}``)."""

    charge = models.ForeignKey(Charge, on_delete=models.CASCADE, related_name="filters")
    values = models.JSONField()
    properties = models.JSONField(default=dict, blank=True)
    invoice_display_name = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.invoice_display_name or ", ".join(value for values in self.values.values() for value in values)
