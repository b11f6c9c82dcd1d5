"""A credit: what one coupon, credit note or earlier progressive invoice took off one invoice."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import exactly_one_of
from billing_site.kernel.fields import cents_field, currency_field
from billing_site.kernel.models import Entity
from invoices.models.credit_note import CreditNote
from invoices.models.invoice import Invoice
from invoices.models.issued import issued
from plans.models import AppliedCoupon


class Credit(Entity):
    """``before_taxes``: it lowers what is taxed. It has exactly one source."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="credits", db_index=False)
    applied_coupon = models.ForeignKey(
        AppliedCoupon, null=True, blank=True, on_delete=models.PROTECT, related_name="credits"
    )
    progressive_billing_invoice = models.ForeignKey(
        Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="progressive_billing_credits"
    )
    credit_note = models.ForeignKey(CreditNote, null=True, blank=True, on_delete=models.PROTECT, related_name="credits")
    amount_cents = cents_field()
    amount_currency = currency_field()
    before_taxes = models.BooleanField(default=False)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="credit_amount_cents_gt_0"),
            models.CheckConstraint(
                condition=exactly_one_of("applied_coupon", "credit_note", "progressive_billing_invoice"),
                name="credit_has_one_source",
            ),
            models.UniqueConstraint(fields=["invoice", "applied_coupon"], name="credit_once_per_invoice_and_coupon"),
            models.UniqueConstraint(fields=["invoice", "credit_note"], name="credit_once_per_invoice_and_credit_note"),
            models.UniqueConstraint(
                fields=["invoice", "progressive_billing_invoice"],
                name="credit_once_per_invoice_and_early_invoice",
            ),
        ]
        triggers = [issued("credits_of_issued_invoices_are_final")]

    def __str__(self) -> str:
        return f"{self.amount_cents} {self.amount_currency}"
