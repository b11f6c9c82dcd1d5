"""The periods of subscriptions that an invoice covers."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import one_of
from billing_site.kernel.fields import enum_field
from billing_site.kernel.models import Entity
from invoices.models.invoice import Invoice
from invoices.models.issued import issued
from plans.models import Subscription


class InvoicingReason(models.TextChoices):
    STARTING = "subscription_starting"
    TRIAL_ENDING = "subscription_trial_ending"
    PERIODIC = "subscription_periodic"
    TERMINATING = "subscription_terminating"
    IN_ADVANCE_CHARGE = "in_advance_charge"
    IN_ADVANCE_CHARGE_PERIODIC = "in_advance_charge_periodic"
    PROGRESSIVE_BILLING = "progressive_billing"


PERIOD_COLUMNS = (
    *("from_datetime", "to_datetime", "charges_from_datetime", "charges_to_datetime"),
    *("fixed_charges_from_datetime", "fixed_charges_to_datetime"),
)


class InvoiceSubscription(Entity):
    """The periods of one subscription that an invoice covers, half-open; NULL: nothing of that kind this time."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="invoice_subscriptions", db_index=False)
    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, related_name="invoice_subscriptions", db_index=False
    )
    invoicing_reason = enum_field(InvoicingReason)
    billed_at = models.DateTimeField()
    is_current = models.BooleanField(default=True, help_text="False once the invoice is voided or deleted.")
    from_datetime = models.DateTimeField()
    to_datetime = models.DateTimeField()
    charges_from_datetime = models.DateTimeField(null=True, blank=True)
    charges_to_datetime = models.DateTimeField(null=True, blank=True)
    fixed_charges_from_datetime = models.DateTimeField(null=True, blank=True)
    fixed_charges_to_datetime = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "subscription"], name="invoice_subscription_once_per_invoice"),
            models.UniqueConstraint(
                fields=["subscription", "billed_at"],
                condition=Q(invoicing_reason="subscription_periodic", is_current=True),
                name="invoice_subscription_billed_once_per_period",
            ),
            models.UniqueConstraint(
                fields=["subscription"],
                condition=Q(invoicing_reason="subscription_starting", is_current=True),
                name="invoice_subscription_started_once",
            ),
            models.UniqueConstraint(
                fields=["subscription"],
                condition=Q(invoicing_reason="subscription_terminating", is_current=True),
                name="invoice_subscription_terminated_once",
            ),
            models.UniqueConstraint(
                fields=["subscription"],
                condition=Q(invoicing_reason="subscription_trial_ending", is_current=True),
                name="invoice_subscription_trial_ended_once",
            ),
            one_of("invoice_subscription", "invoicing_reason", InvoicingReason),
        ]
        indexes = [models.Index(fields=["subscription", "-billed_at"], name="invoice_subscription_latest")]
        triggers = [
            issued(
                "periods_of_issued_invoices_are_final",
                "invoice_id",
                "subscription_id",
                "invoicing_reason",
                "billed_at",
                *PERIOD_COLUMNS,
            )
        ]

    def __str__(self) -> str:
        return f"{self.invoicing_reason} {self.from_datetime:%Y-%m-%d}"
