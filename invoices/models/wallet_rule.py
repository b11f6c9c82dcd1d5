"""What tops up a wallet by itself: at intervals, or when its ongoing balance falls to a threshold (W8)."""

from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import non_negative, one_of
from billing_site.kernel.fields import enum_field
from billing_site.kernel.models import Entity
from customers.models import Organization
from invoices.models.wallet import Wallet, WalletStatus, credits_field
from plans.periods import BillingInterval


class RuleTrigger(models.TextChoices):
    INTERVAL = "interval"
    THRESHOLD = "threshold"


class RuleMethod(models.TextChoices):
    FIXED = "fixed"
    TARGET = "target"


class RecurringTransactionRule(Entity):
    """``next_top_up_at``: the start of the customer's next day on which an interval rule tops up (3-W10).

    Amounts are credits. ``target_ongoing_balance``: top up to there; as a grant if ``grants_target_top_up``.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="wallet_rules")
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="recurring_transaction_rules")
    status = enum_field(WalletStatus, default=WalletStatus.ACTIVE)
    trigger = enum_field(RuleTrigger)
    method = enum_field(RuleMethod, default=RuleMethod.FIXED)
    interval = enum_field(BillingInterval, null=True, blank=True)
    paid_credits = credits_field(default=0)
    granted_credits = credits_field(default=0)
    threshold_credits = credits_field(null=True, blank=True)
    target_ongoing_balance = credits_field(null=True, blank=True)
    grants_target_top_up = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True, blank=True)
    expiration_at = models.DateTimeField(null=True, blank=True)
    terminated_at = models.DateTimeField(null=True, blank=True)
    next_top_up_at = models.DateTimeField(null=True, blank=True, editable=False)
    invoice_requires_successful_payment = models.BooleanField(default=False)
    ignore_paid_top_up_limits = models.BooleanField(default=False)
    transaction_name = models.CharField(max_length=255, blank=True, default="")
    transaction_metadata = models.JSONField(default=list, blank=True)
    purchase_order_number = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["wallet"], condition=Q(status="active"), name="wallet_rule_one_active"),
            one_of("wallet_rule", "status", WalletStatus),
            one_of("wallet_rule", "trigger", RuleTrigger),
            one_of("wallet_rule", "method", RuleMethod),
            one_of("wallet_rule", "interval", BillingInterval),
            *non_negative("wallet_rule", "paid_credits", "granted_credits", "threshold_credits"),
            models.CheckConstraint(
                condition=Q(trigger="interval", interval__isnull=False)
                | Q(trigger="threshold", threshold_credits__isnull=False),
                name="wallet_rule_has_interval_or_threshold",
            ),
            models.CheckConstraint(
                condition=Q(method="fixed") | Q(target_ongoing_balance__isnull=False), name="wallet_rule_has_target"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "next_top_up_at"],
                condition=Q(status="active", trigger="interval"),
                name="wallet_rule_due",
            ),
            models.Index(
                fields=["organization", "expiration_at"],
                condition=Q(status="active", expiration_at__isnull=False),
                name="wallet_rule_to_expire",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trigger} {self.method}"
