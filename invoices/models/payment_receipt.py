"""A receipt: what a customer gets for a payment."""

import pgtrigger
from django.db import models

from billing_site.kernel.models import Entity
from customers.models import BillingEntity, Customer, Organization
from invoices.models.payment import Payment


class PaymentReceipt(Entity):
    """Numbered without gaps for each customer; issuer and customer are kept as they were."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="payment_receipts")
    billing_entity = models.ForeignKey(BillingEntity, on_delete=models.PROTECT, related_name="payment_receipts")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="payment_receipts")
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="receipt")
    number = models.CharField(max_length=64)
    sequential_id = models.PositiveIntegerField()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="payment_receipt_number_unique"),
            models.UniqueConstraint(fields=["customer", "sequential_id"], name="payment_receipt_sequence_unique"),
        ]
        indexes = [models.Index(fields=["organization", "-created_at", "-id"], name="payment_receipt_newest")]
        triggers = [pgtrigger.Protect(name="receipts_are_final", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.number
