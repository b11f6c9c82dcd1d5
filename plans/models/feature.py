"""Features that plans entitle to, with privileges that say how much of them (E1)."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import one_of
from billing_site.kernel.fields import enum_field
from billing_site.kernel.models import Entity
from customers.models import Organization
from plans.models.plan import Plan
from plans.models.subscription import Subscription


class PrivilegeType(models.TextChoices):
    INTEGER = "integer"
    STRING = "string"
    BOOLEAN = "boolean"
    SELECT = "select"


class Feature(Entity):
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="features")
    code = models.CharField(max_length=255)
    name = models.CharField(max_length=255, blank=True, default="")
    description = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["organization", "code"], name="feature_code_unique")]

    def __str__(self) -> str:
        return self.name or self.code


class Privilege(Entity):
    """``select_options`` are the values of a ``select``; other types have none."""

    feature = models.ForeignKey(Feature, on_delete=models.CASCADE, related_name="privileges")
    code = models.CharField(max_length=255)
    name = models.CharField(max_length=255, blank=True, default="")
    value_type = enum_field(PrivilegeType, default=PrivilegeType.STRING)
    select_options = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["feature", "code"], name="privilege_code_unique"),
            one_of("privilege", "value_type", PrivilegeType),
            models.CheckConstraint(
                condition=Q(value_type="select") ^ Q(select_options=[]), name="privilege_options_of_select"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.code


class Entitlement(Entity):
    """Of a plan, or what one subscription has otherwise; ``removed``: it has not what its plan entitles to (E3)."""

    feature = models.ForeignKey(Feature, on_delete=models.CASCADE, related_name="entitlements")
    plan = models.ForeignKey(Plan, null=True, blank=True, on_delete=models.CASCADE, related_name="entitlements")
    subscription = models.ForeignKey(
        Subscription, null=True, blank=True, on_delete=models.CASCADE, related_name="entitlements"
    )
    removed = models.BooleanField(default=False)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(plan__isnull=False) ^ Q(subscription__isnull=False), name="entitlement_has_one_owner"
            ),
            models.CheckConstraint(
                condition=Q(removed=False) | Q(subscription__isnull=False), name="entitlement_removed_of_subscription"
            ),
            models.UniqueConstraint(fields=["plan", "feature"], name="entitlement_once_per_plan"),
            models.UniqueConstraint(fields=["subscription", "feature"], name="entitlement_once_per_subscription"),
        ]

    def __str__(self) -> str:
        return f"{self.feature_id}"


class EntitlementValue(models.Model):
    """The value of a privilege, as text; NULL: the subscription has not what its plan says."""

    entitlement = models.ForeignKey(Entitlement, on_delete=models.CASCADE, related_name="values")
    privilege = models.ForeignKey(Privilege, on_delete=models.CASCADE, related_name="values")
    value = models.TextField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["entitlement", "privilege"], name="entitlement_value_once"),
        ]

    def __str__(self) -> str:
        return self.value or ""
