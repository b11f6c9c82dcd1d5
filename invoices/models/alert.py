"""Alerts: someone wants to know when usage passes an amount (1.6)."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import one_of
from billing_site.kernel.fields import enum_field
from billing_site.kernel.models import Entity, SoftDeletable
from customers.models import Organization
from invoices.models.wallet import Wallet
from invoices.settlement import Direction
from plans.models import Subscription
from usage.models import BillableMetric


class AlertType(models.TextChoices):
    """Amounts are cents without taxes, units those of one metric."""

    CURRENT_USAGE_AMOUNT = "current_usage_amount"
    METRIC_CURRENT_USAGE_AMOUNT = "billable_metric_current_usage_amount"
    METRIC_CURRENT_USAGE_UNITS = "billable_metric_current_usage_units"
    LIFETIME_USAGE_AMOUNT = "lifetime_usage_amount"
    METRIC_LIFETIME_USAGE_UNITS = "billable_metric_lifetime_usage_units"
    WALLET_BALANCE_AMOUNT = "wallet_balance_amount"
    WALLET_CREDITS_BALANCE = "wallet_credits_balance"
    WALLET_ONGOING_BALANCE_AMOUNT = "wallet_ongoing_balance_amount"
    WALLET_CREDITS_ONGOING_BALANCE = "wallet_credits_ongoing_balance"


METRIC_TYPES = frozenset(
    {
        AlertType.METRIC_CURRENT_USAGE_AMOUNT,
        AlertType.METRIC_CURRENT_USAGE_UNITS,
        AlertType.METRIC_LIFETIME_USAGE_UNITS,
    }
)
WALLET_TYPES = frozenset(
    {
        AlertType.WALLET_BALANCE_AMOUNT,
        AlertType.WALLET_CREDITS_BALANCE,
        AlertType.WALLET_ONGOING_BALANCE_AMOUNT,
        AlertType.WALLET_CREDITS_ONGOING_BALANCE,
    }
)
LIFETIME_TYPES = frozenset({AlertType.LIFETIME_USAGE_AMOUNT, AlertType.METRIC_LIFETIME_USAGE_UNITS})


def value_field() -> models.DecimalField:
    """An amount in cents, units or credits, depending on the type of the alert."""
    return models.DecimalField(max_digits=60, decimal_places=20, default=0)


class Alert(Entity, SoftDeletable):
    """On a wallet, or on a subscription: then it follows the external id through changes of plan.

    ``previous_value`` is what it was compared with last, at ``last_processed_at``.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="alerts")
    external_subscription_id = models.CharField(max_length=255, blank=True, default="")
    wallet = models.ForeignKey(Wallet, null=True, blank=True, on_delete=models.CASCADE, related_name="alerts")
    billable_metric = models.ForeignKey(
        BillableMetric, null=True, blank=True, on_delete=models.PROTECT, related_name="alerts"
    )
    alert_type = models.CharField(max_length=64, choices=AlertType.choices)
    code = models.CharField(max_length=255)
    name = models.CharField(max_length=255, blank=True, default="")
    direction = enum_field(Direction, default=Direction.INCREASING)
    previous_value = value_field()
    last_processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            one_of("alert", "alert_type", AlertType),
            one_of("alert", "direction", Direction),
            models.CheckConstraint(
                condition=Q(alert_type__in=sorted(METRIC_TYPES), billable_metric__isnull=False)
                | (~Q(alert_type__in=sorted(METRIC_TYPES)) & Q(billable_metric__isnull=True)),
                name="alert_of_metric_names_it",
            ),
            models.CheckConstraint(
                condition=Q(wallet__isnull=True, alert_type__in=sorted(set(AlertType) - WALLET_TYPES))
                & ~Q(external_subscription_id="")
                | Q(wallet__isnull=False, alert_type__in=sorted(WALLET_TYPES), external_subscription_id=""),
                name="alert_has_an_owner_of_its_type",
            ),
            models.UniqueConstraint(
                fields=["wallet", "code"], condition=Q(deleted_at__isnull=True), name="alert_code_unique_per_wallet"
            ),
            models.UniqueConstraint(
                fields=["wallet", "alert_type"],
                condition=Q(deleted_at__isnull=True),
                name="alert_once_per_wallet_and_type",
            ),
            models.UniqueConstraint(
                fields=["organization", "external_subscription_id", "code"],
                condition=Q(deleted_at__isnull=True, wallet__isnull=True),
                name="alert_code_unique_per_subscription",
            ),
            models.UniqueConstraint(
                fields=["organization", "external_subscription_id", "billable_metric", "alert_type"],
                condition=Q(deleted_at__isnull=True, wallet__isnull=True),
                nulls_distinct=False,
                name="alert_once_per_subscription_and_type",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.code


class AlertThreshold(models.Model):
    """A value that is told of when it is passed; the recurring one repeats beyond the last of the others (A3)."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="thresholds")
    code = models.CharField(max_length=255, blank=True, default="")
    value = value_field()
    recurring = models.BooleanField(default=False)

    class Meta:
        ordering = ["recurring", "value"]
        constraints = [
            models.UniqueConstraint(fields=["alert", "recurring", "value"], name="alert_threshold_once"),
            models.UniqueConstraint(
                fields=["alert"], condition=Q(recurring=True), name="alert_threshold_one_recurring"
            ),
            models.CheckConstraint(
                condition=Q(recurring=False) | Q(value__gt=0), name="alert_threshold_recurring_value_gt_0"
            ),
        ]

    def __str__(self) -> str:
        return self.code or f"{self.value:f}"


class TriggeredAlert(Entity):
    """One time that thresholds were passed: all of them at once, as ``alert.triggered`` told it."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="triggered_alerts")
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="triggered")
    subscription = models.ForeignKey(
        Subscription, null=True, blank=True, on_delete=models.CASCADE, related_name="triggered_alerts"
    )
    wallet = models.ForeignKey(Wallet, null=True, blank=True, on_delete=models.CASCADE, related_name="triggered_alerts")
    current_value = value_field()
    previous_value = value_field()
    crossed_thresholds = models.JSONField()
    triggered_at = models.DateTimeField()

    class Meta:
        ordering = ["-triggered_at", "-id"]
        indexes = [models.Index(fields=["organization", "-triggered_at"], name="triggered_alert_newest")]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.triggered_at:%Y-%m-%d %H:%M}"
