"""Payments: money that came in, and the invoices it paid."""

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from billing_site.kernel.constraints import one_of
from billing_site.kernel.fields import cents_field, currency_field, enum_field
from billing_site.kernel.models import Entity
from customers.models import Customer, Organization
from invoices.models.invoice import Invoice, PaymentStatus
from invoices.models.payment_request import PaymentRequest


class PaymentType(models.TextChoices):
    MANUAL = "manual"
    PROVIDER = "provider"


LONGEST_REFERENCE = 40


class Payment(Entity):
    """``amount_cents`` is the sum of its allocations, ``paid_at`` when the payer says that it was."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="payments")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="payments")
    payment_request = models.ForeignKey(
        PaymentRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )
    payment_type = enum_field(PaymentType, default=PaymentType.MANUAL)
    payment_status = enum_field(PaymentStatus, default=PaymentStatus.SUCCEEDED)
    amount_cents = cents_field()
    amount_currency = currency_field()
    reference = models.CharField(max_length=LONGEST_REFERENCE, blank=True, default="")
    paid_at = models.DateTimeField()
    provider_type = models.CharField(max_length=32, blank=True, default="")
    provider_code = models.CharField(max_length=255, blank=True, default="")
    provider_payment_id = models.CharField(max_length=255, blank=True, default="")
    provider_customer_id = models.CharField(max_length=255, blank=True, default="")
    provider_method_id = models.CharField(max_length=255, blank=True, default="")
    on_page = models.BooleanField(default=False, help_text="Paid on a page of the provider, if at all.")
    page_id = models.CharField(max_length=255, blank=True, default="")
    requires_action = models.BooleanField(default=False, help_text="Waits for its customer to say yes to it.")
    action_url = models.TextField(blank=True, default="", help_text="Where the customer pays, or says yes to it.")
    failure_reason = models.TextField(blank=True, default="")
    failure_code = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            one_of("payment", "payment_type", PaymentType),
            one_of("payment", "payment_status", PaymentStatus),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="payment_amount_cents_gt_0"),
            models.CheckConstraint(
                condition=~Q(payment_type="manual") | Q(payment_status="succeeded", provider_payment_id=""),
                name="payment_manual_is_made",
            ),
            models.CheckConstraint(
                condition=Q(page_id="") | Q(on_page=True, payment_type="provider"), name="payment_page_is_a_providers"
            ),
            models.UniqueConstraint(
                fields=["organization", "provider_code", "provider_payment_id"],
                condition=~Q(provider_payment_id=""),
                name="payment_of_provider_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="payment_newest"),
            models.Index(fields=["organization", "payment_type", "-created_at", "-id"], name="payment_of_type"),
            models.Index(
                fields=["organization", "payment_status", "-created_at", "-id"],
                condition=Q(payment_status__in=["pending", "failed"]),
                name="payment_not_succeeded",
            ),
            GinIndex(
                OpClass(Upper("reference"), name="gin_trgm_ops"),
                OpClass(Upper("provider_payment_id"), name="gin_trgm_ops"),
                name="payment_search",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="payments_are_not_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="paid_amounts_are_final",
                operation=pgtrigger.UpdateOf(
                    "organization_id", "customer_id", "amount_cents", "amount_currency", "payment_type"
                ),
            ),
            pgtrigger.Protect(
                name="made_payments_stay_made",
                operation=pgtrigger.UpdateOf("payment_status"),
                condition=pgtrigger.Q(old__payment_status="succeeded") & ~pgtrigger.Q(new__payment_status="succeeded"),
            ),
        ]

    def __str__(self) -> str:
        return self.reference or self.provider_payment_id or str(self.id)


class PaymentAllocation(Entity):
    """The part of a payment that goes to one invoice."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="allocations")
    amount_cents = cents_field()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["payment", "invoice"], name="payment_allocation_once_per_invoice"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="payment_allocation_amount_cents_gt_0"),
        ]
        triggers = [
            pgtrigger.Protect(name="allocations_are_final", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents}"
