"""What someone set by hand on a fee of a draft; it outlives the fee, which every refresh makes anew."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import non_negative, one_of
from billing_site.kernel.fields import enum_field, units_field
from billing_site.kernel.models import Entity
from customers.models import Organization
from invoices.models.fee import FeeType
from invoices.models.invoice import Invoice
from plans.models import Charge, ChargeFilter, FixedCharge, Subscription
from plans.rating import plain


class AdjustedFee(Entity):
    """Names its fee by what that is the price of. NULL units or price, and an empty name, are left as computed.

    ``unit_precise_amount`` is in currency units. Once the invoice is final it only tells what was done.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="adjusted_fees")
    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="adjusted_fees")
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="adjusted_fees")
    charge = models.ForeignKey(Charge, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    charge_filter = models.ForeignKey(ChargeFilter, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    fixed_charge = models.ForeignKey(FixedCharge, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    fee_type = enum_field(FeeType)
    is_true_up = models.BooleanField(default=False)
    grouped_by = models.JSONField(default=dict, blank=True)

    units = units_field(null=True, blank=True, default=None)
    unit_precise_amount = models.DecimalField(max_digits=40, decimal_places=15, null=True, blank=True)
    invoice_display_name = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            one_of("adjusted_fee", "fee_type", FeeType),
            *non_negative("adjusted_fee", "units", "unit_precise_amount"),
            models.CheckConstraint(
                condition=Q(units__isnull=False) | Q(unit_precise_amount__isnull=False) | ~Q(invoice_display_name=""),
                name="adjusted_fee_says_something",
            ),
            models.UniqueConstraint(
                fields=[
                    *("invoice", "subscription", "fee_type", "charge", "charge_filter", "fixed_charge"),
                    *("is_true_up", "grouped_by"),
                ],
                nulls_distinct=False,
                name="adjusted_fee_once_per_fee",
            ),
        ]

    def __str__(self) -> str:
        """What was set, and on what kind of fee."""
        said = [f"{plain(self.units)} units" if self.units is not None else ""]
        said += [f"{plain(self.unit_precise_amount)} each" if self.unit_precise_amount is not None else ""]
        return ", ".join(filter(None, [self.get_fee_type_display(), *said, self.invoice_display_name]))
