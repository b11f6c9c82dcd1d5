"""A fixed charge: so many units of an add-on in every period, without events (F2)."""

from uuid import UUID

import pgtrigger
from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import non_negative
from billing_site.kernel.fields import enum_field, units_field
from billing_site.kernel.models import Entity, SoftDeletable
from customers.models import Tax
from plans.models.add_on import AddOn
from plans.models.plan import Plan
from plans.models.subscription import Subscription
from plans.rating import ChargeModelName

FIXED_CHARGE_MODELS = (ChargeModelName.STANDARD, ChargeModelName.GRADUATED, ChargeModelName.VOLUME)


class FixedCharge(Entity, SoftDeletable):
    """``units`` are those that a new subscription starts with; what it has since is in ``FixedChargeUnits``.

    ``properties`` are the price of the units as ``plans.rating.parse_properties`` accepts it.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="fixed_charges")
    add_on = models.ForeignKey(AddOn, on_delete=models.PROTECT, related_name="fixed_charges")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    code = models.CharField(max_length=255)
    charge_model = enum_field(ChargeModelName)
    properties = models.JSONField(default=dict, blank=True)
    units = units_field()
    invoice_display_name = models.CharField(max_length=255, blank=True, default="")
    pay_in_advance = models.BooleanField(default=False)
    prorated = models.BooleanField(default=False)
    taxes = models.ManyToManyField(Tax, blank=True, related_name="fixed_charges")

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"], condition=Q(deleted_at__isnull=True), name="fixed_charge_code_unique"
            ),
            models.CheckConstraint(
                condition=Q(charge_model__in=[model.value for model in FIXED_CHARGE_MODELS]),
                name="fixed_charge_charge_model_known",
            ),
            *non_negative("fixed_charge", "units"),
            models.CheckConstraint(
                condition=~Q(charge_model="volume", pay_in_advance=True), name="fixed_charge_volume_only_in_arrears"
            ),
            models.CheckConstraint(
                condition=~Q(charge_model="graduated", pay_in_advance=True, prorated=True),
                name="fixed_charge_graduated_in_advance_not_prorated",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.invoice_display_name or self.add_on.display_name

    @property
    def original_id(self) -> UUID:
        """Of the plan's own fixed charge, under which units are kept also when the plan is overridden (P8)."""
        return self.parent_id or self.pk


class FixedChargeUnits(Entity):
    """From ``effective_at`` on a subscription has these units of a fixed charge: said once, never changed (F4).

    Whatever was said before for that time and later does not hold any more, so the order of the ids decides.
    ``fixed_charge`` is the original one (``FixedCharge.original_id``), so that a history goes on when the plan of its
    subscription is overridden. ``is_override``: said of this one subscription, which the plan's units do not move any
    more (F6).
    """

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="fixed_charge_units")
    fixed_charge = models.ForeignKey(FixedCharge, on_delete=models.PROTECT, related_name="units_in_force")
    units = units_field()
    effective_at = models.DateTimeField()
    is_override = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [*non_negative("fixed_charge_units", "units")]
        indexes = [models.Index(fields=["subscription", "fixed_charge", "id"], name="fixed_charge_units_history")]
        triggers = [pgtrigger.Protect(name="said_once", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.units} from {self.effective_at:%Y-%m-%d %H:%M}"
