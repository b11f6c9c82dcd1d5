"""A fee: one line of what is owed, with the units and the price it came from."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import non_negative, one_of
from billing_site.kernel.fields import (
    cents_field,
    currency_field,
    enum_field,
    precise_cents_field,
    rate_percent_field,
    units_field,
)
from billing_site.kernel.models import Entity
from customers.models import BillingEntity, Customer, Organization
from invoices.models.invoice import Invoice
from invoices.models.issued import issued
from plans.models import Charge, ChargeFilter, FixedCharge, FixedChargeUnits, Subscription


class FeeType(models.TextChoices):
    CHARGE = "charge"
    SUBSCRIPTION = "subscription"
    ADD_ON = "add_on"
    CREDIT = "credit"
    COMMITMENT = "commitment"
    FIXED_CHARGE = "fixed_charge"


class FeePaymentStatus(models.TextChoices):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REFUNDED = "refunded"


class Fee(Entity):
    """The item's code and name are kept as they were when the fee was made; the range is half-open."""

    # What its invoice or subscription names too is not checked again: checks were half of what a run costs PostgreSQL.
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="fees", db_index=False, db_constraint=False
    )
    billing_entity = models.ForeignKey(
        BillingEntity, on_delete=models.PROTECT, related_name="fees", db_index=False, db_constraint=False
    )
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="fees", db_constraint=False)
    invoice = models.ForeignKey(Invoice, null=True, blank=True, on_delete=models.CASCADE, related_name="fees")
    subscription = models.ForeignKey(
        Subscription, null=True, blank=True, on_delete=models.PROTECT, related_name="fees", db_index=False
    )
    charge = models.ForeignKey(
        Charge, null=True, blank=True, on_delete=models.PROTECT, related_name="fees", db_index=False
    )
    charge_filter = models.ForeignKey(
        ChargeFilter, null=True, blank=True, on_delete=models.PROTECT, related_name="fees", db_index=False
    )
    fixed_charge = models.ForeignKey(
        FixedCharge, null=True, blank=True, on_delete=models.PROTECT, related_name="fees", db_index=False
    )
    fixed_charge_units = models.ForeignKey(
        FixedChargeUnits, null=True, blank=True, on_delete=models.PROTECT, related_name="fees", db_index=False
    )
    true_up_parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="true_up_fees", db_index=False
    )
    fee_type = enum_field(FeeType)
    item_code = models.CharField(max_length=255)
    item_name = models.CharField(max_length=255)
    item_id = models.UUIDField()
    invoice_display_name = models.CharField(max_length=255, blank=True, default="")
    filter_display_name = models.CharField(max_length=255, blank=True, default="")
    description = models.TextField(blank=True, default="")
    grouped_by = models.JSONField(default=dict, blank=True)
    from_datetime = models.DateTimeField(null=True, blank=True)
    to_datetime = models.DateTimeField(null=True, blank=True)

    units = units_field()
    total_aggregated_units = units_field()
    events_count = models.BigIntegerField(null=True, blank=True)
    amount_currency = currency_field()
    amount_cents = cents_field()
    precise_amount_cents = precise_cents_field()
    precise_unit_amount = models.DecimalField(max_digits=40, decimal_places=15, default=0)
    precise_coupons_amount_cents = precise_cents_field()
    taxes_rate_percent = rate_percent_field()
    taxes_amount_cents = cents_field()
    taxes_precise_amount_cents = precise_cents_field()
    amount_details = models.JSONField(default=dict, blank=True)
    presentation_breakdowns = models.JSONField(default=list, blank=True)

    is_adjusted = models.BooleanField(default=False, help_text="Units, unit price or name were set by hand.")
    pay_in_advance = models.BooleanField(default=False)
    pay_in_advance_event_transaction_id = models.CharField(max_length=255, blank=True, default="")
    payment_status = enum_field(FeePaymentStatus, default=FeePaymentStatus.PENDING)
    succeeded_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    refunded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            one_of("fee", "fee_type", FeeType),
            one_of("fee", "payment_status", FeePaymentStatus),
            *non_negative("fee", "amount_cents", "taxes_amount_cents", "precise_coupons_amount_cents"),
            models.UniqueConstraint(
                fields=["subscription", "charge", "pay_in_advance_event_transaction_id"],
                condition=~Q(pay_in_advance_event_transaction_id=""),
                name="fee_once_per_event_and_charge",
            ),
            models.UniqueConstraint(
                fields=["fixed_charge_units"],
                condition=Q(fixed_charge_units__isnull=False),
                name="fee_once_per_change_of_units",
            ),
            models.CheckConstraint(
                condition=~Q(fee_type="charge") | Q(charge__isnull=False, subscription__isnull=False),
                name="fee_of_charge_names_it",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "created_at", "id"], name="fee_oldest"),
            models.Index(fields=["subscription", "created_at"], name="fee_of_subscription"),
            models.Index(
                fields=["true_up_parent"], condition=Q(true_up_parent__isnull=False), name="fee_true_ups_of_fee"
            ),
            models.Index(
                fields=["customer"],
                condition=Q(invoice__isnull=True, payment_status="succeeded"),
                name="fee_paid_without_invoice",
            ),
            # What is rare among millions is listed without reading them; what runs write costs these indexes nothing.
            models.Index(
                fields=["organization", "fee_type", "created_at", "id"],
                condition=Q(fee_type__in=["add_on", "credit", "commitment", "fixed_charge"]),
                name="fee_of_rare_type",
            ),
            models.Index(
                fields=["organization", "payment_status", "created_at", "id"],
                condition=Q(payment_status__in=["succeeded", "failed", "refunded"]),
                name="fee_with_payment_status",
            ),
        ]
        triggers = [
            issued(
                "fees_of_issued_invoices_are_final",
                "amount_cents",
                "precise_amount_cents",
                "units",
                "invoice_id",
                "taxes_amount_cents",
                "precise_coupons_amount_cents",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.invoice_display_name or self.item_name

    @property
    def is_true_up(self) -> bool:
        return self.true_up_parent_id is not None

    @property
    def total_amount_cents(self) -> int:
        return self.amount_cents + self.taxes_amount_cents
