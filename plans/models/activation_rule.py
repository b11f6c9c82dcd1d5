"""What must happen before a subscription becomes active (S18)."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import one_of
from billing_site.kernel.fields import enum_field
from billing_site.kernel.models import Entity
from plans.models.subscription import Subscription


class ActivationRuleType(models.TextChoices):
    PAYMENT = "payment"


class ActivationRuleStatus(models.TextChoices):
    INACTIVE = "inactive"
    PENDING = "pending"
    SATISFIED = "satisfied"
    EXPIRED = "expired"
    NOT_APPLICABLE = "not_applicable"


class ActivationRule(Entity):
    """``inactive`` until the subscription starts, ``not_applicable`` if nothing is to be paid then.

    ``timeout_hours`` 0: it waits for ever; else it expires at ``expires_at``.
    """

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="activation_rules")
    rule_type = enum_field(ActivationRuleType)
    timeout_hours = models.PositiveIntegerField(default=0)
    status = enum_field(ActivationRuleStatus, default=ActivationRuleStatus.INACTIVE)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "rule_type"], name="activation_rule_once_per_type"),
            one_of("activation_rule", "rule_type", ActivationRuleType),
            one_of("activation_rule", "status", ActivationRuleStatus),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(status="pending", expires_at__isnull=False),
                name="activation_rule_expiring",
            ),
        ]

    def __str__(self) -> str:
        return self.rule_type
