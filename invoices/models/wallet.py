"""A wallet: credits that a customer paid or was granted ahead."""

from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from billing_site.kernel.constraints import non_negative, one_of
from billing_site.kernel.fields import cents_field, currency_field, enum_field
from billing_site.kernel.models import Entity
from customers.models import BillingEntity, Customer, Organization
from invoices.models.fee import FeeType
from invoices.models.ledger import kept_by_the_ledger
from invoices.settlement.prepaid_credits import credits_worth
from usage.models import BillableMetric

LOWEST_PRIORITY = 50


class WalletStatus(models.TextChoices):
    ACTIVE = "active"
    TERMINATED = "terminated"


def rate_field() -> models.DecimalField:
    """The price of a credit in currency units."""
    return models.DecimalField(max_digits=30, decimal_places=5)


def credits_field(**options: Any) -> models.DecimalField:
    return models.DecimalField(max_digits=30, decimal_places=5, **options)


def priority_between(table: str, column: str) -> models.CheckConstraint:
    between = Q(**{f"{column}__gte": 1, f"{column}__lte": LOWEST_PRIORITY})
    return models.CheckConstraint(condition=between, name=f"{table}_{column}_1_to_50")


class Wallet(Entity):
    """``balance_cents`` and ``consumed_amount_cents`` are sums over the ledger, kept by its triggers (``ledger``).

    ``ongoing_usage_balance_cents`` is the part of unbilled usage that falls on this wallet, as of
    ``last_ongoing_balance_sync_at``; ``ready_to_be_refreshed`` says that it may have changed since.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="wallets")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="wallets")
    billing_entity = models.ForeignKey(
        BillingEntity, null=True, blank=True, on_delete=models.PROTECT, related_name="wallets"
    )
    name = models.CharField(max_length=255, blank=True, default="")
    code = models.CharField(max_length=255)
    status = enum_field(WalletStatus, default=WalletStatus.ACTIVE)
    priority = models.PositiveSmallIntegerField(default=LOWEST_PRIORITY)
    currency = currency_field()
    rate_amount = rate_field()
    balance_cents = cents_field(editable=False)
    consumed_amount_cents = cents_field(editable=False)
    ongoing_usage_balance_cents = cents_field(editable=False)
    depleted_ongoing_balance = models.BooleanField(default=False, editable=False)
    ready_to_be_refreshed = models.BooleanField(default=True, editable=False)
    fee_types = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    billable_metrics = models.ManyToManyField(BillableMetric, blank=True, related_name="wallets")
    invoice_requires_successful_payment = models.BooleanField(default=False)
    paid_top_up_min_amount_cents = cents_field(null=True, blank=True, default=None)
    paid_top_up_max_amount_cents = cents_field(null=True, blank=True, default=None)
    purchase_order_number = models.CharField(max_length=255, blank=True, default="")
    metadata = models.JSONField(default=dict, blank=True)
    expiration_at = models.DateTimeField(null=True, blank=True)
    terminated_at = models.DateTimeField(null=True, blank=True)
    last_balance_sync_at = models.DateTimeField(null=True, blank=True)
    last_ongoing_balance_sync_at = models.DateTimeField(null=True, blank=True)
    last_consumed_credit_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "code"], name="wallet_code_unique"),
            one_of("wallet", "status", WalletStatus),
            priority_between("wallet", "priority"),
            *non_negative("wallet", "balance_cents", "consumed_amount_cents", "ongoing_usage_balance_cents"),
            models.CheckConstraint(condition=Q(rate_amount__gt=0), name="wallet_rate_amount_gt_0"),
            models.CheckConstraint(
                condition=Q(fee_types__contained_by=[each.value for each in FeeType]), name="wallet_fee_types_known"
            ),
            models.CheckConstraint(
                condition=Q(status="active", terminated_at__isnull=True)
                | Q(status="terminated", terminated_at__isnull=False),
                name="wallet_terminated_at_if_terminated",
            ),
            models.CheckConstraint(
                condition=Q(paid_top_up_min_amount_cents__isnull=True)
                | Q(paid_top_up_max_amount_cents__isnull=True)
                | Q(paid_top_up_min_amount_cents__lte=F("paid_top_up_max_amount_cents")),
                name="wallet_paid_top_up_min_lte_max",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="wallet_newest"),
            models.Index(
                fields=["organization", "expiration_at"],
                condition=Q(status="active", expiration_at__isnull=False),
                name="wallet_to_expire",
            ),
            models.Index(
                fields=["organization", "customer"],
                condition=Q(status="active", ready_to_be_refreshed=True),
                name="wallet_to_refresh",
            ),
        ]
        triggers = [kept_by_the_ledger("balance_is_kept_by_the_ledger", "balance_cents", "consumed_amount_cents")]

    def __str__(self) -> str:
        return self.name or self.code

    @property
    def is_active(self) -> bool:
        return self.status == WalletStatus.ACTIVE

    @property
    def ongoing_balance_cents(self) -> int:
        """What would be left if all usage were billed now; negative when it would not suffice (3-W7)."""
        return self.balance_cents - self.ongoing_usage_balance_cents

    def credits(self, amount_cents: int) -> Decimal:
        return credits_worth(amount_cents, self.rate_amount, self.currency)
