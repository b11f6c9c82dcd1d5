"""A payment request: one demand for several overdue invoices of a customer."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import one_of
from billing_site.kernel.fields import cents_field, currency_field, enum_field
from billing_site.kernel.models import Entity
from customers.models import Customer, Organization
from invoices.models.dunning import DunningCampaign
from invoices.models.invoice import Invoice, PaymentStatus


class PaymentRequest(Entity):
    """``amount_cents`` is what was due on its invoices when it was made; ``dunning_campaign`` asked by itself."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="payment_requests")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="payment_requests")
    invoices = models.ManyToManyField(Invoice, through="RequestedInvoice", related_name="payment_requests")
    dunning_campaign = models.ForeignKey(
        DunningCampaign, null=True, blank=True, on_delete=models.PROTECT, related_name="payment_requests"
    )
    email = models.CharField(max_length=512)
    amount_cents = cents_field()
    amount_currency = currency_field()
    payment_status = enum_field(PaymentStatus, default=PaymentStatus.PENDING)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            one_of("payment_request", "payment_status", PaymentStatus),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="payment_request_amount_cents_gt_0"),
        ]
        indexes = [models.Index(fields=["organization", "-created_at", "-id"], name="payment_request_newest")]

    def __str__(self) -> str:
        return f"{self.customer} {self.created_at:%Y-%m-%d}"


class RequestedInvoice(models.Model):
    """``amount_cents`` is what was due on the invoice then."""

    payment_request = models.ForeignKey(PaymentRequest, on_delete=models.CASCADE, related_name="requested_invoices")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="requests")
    amount_cents = cents_field()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["payment_request", "invoice"], name="requested_invoice_once"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="requested_invoice_amount_cents_gt_0"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents}"
