"""What payment providers are being asked for, and what they told."""

from django.db import models

from billing_site.kernel.constraints import one_of
from billing_site.kernel.fields import enum_field
from billing_site.kernel.models import Entity
from invoices.models.invoice import Invoice, PaymentStatus
from invoices.models.payment import Payment
from invoices.models.payment_provider import PaymentProvider


class PaymentClaim(models.Model):
    """An invoice whose money a provider is asked for. It ends with its payment, so there is one at a time."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payment_claims")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="claims")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["invoice"], name="payment_claim_once_per_invoice")]

    def __str__(self) -> str:
        return str(self.payment)


class ProviderMessage(Entity):
    """An event of a provider that was acted on, with the payment that it was about."""

    provider = models.ForeignKey(PaymentProvider, on_delete=models.PROTECT, related_name="messages")
    event_id = models.CharField(max_length=255)
    event_type = models.CharField(max_length=255)
    payment = models.ForeignKey(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="provider_messages"
    )
    said_status = enum_field(PaymentStatus, null=True, blank=True)
    said = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            one_of("provider_message", "said_status", PaymentStatus),
            models.UniqueConstraint(fields=["provider", "event_id"], name="provider_message_once"),
        ]

    def __str__(self) -> str:
        return self.event_type
