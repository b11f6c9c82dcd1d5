"""What payment providers are asked to give back."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import one_of
from billing_site.kernel.fields import cents_field, enum_field
from billing_site.kernel.models import Entity
from invoices.models.credit_note import CreditNote, RefundStatus
from invoices.models.payment import Payment


class ProviderRefund(Entity):
    """The part of a credit note's refund that goes back to one payment. Its id is the idempotency key."""

    credit_note = models.ForeignKey(CreditNote, on_delete=models.PROTECT, related_name="provider_refunds")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="provider_refunds")
    amount_cents = cents_field()
    status = enum_field(RefundStatus, default=RefundStatus.PENDING)
    provider_refund_id = models.CharField(max_length=255, blank=True, default="")
    failure_reason = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            one_of("provider_refund", "status", RefundStatus),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="provider_refund_amount_cents_gt_0"),
            models.UniqueConstraint(fields=["credit_note", "payment"], name="provider_refund_once"),
        ]

    def __str__(self) -> str:
        return self.provider_refund_id or str(self.id)
