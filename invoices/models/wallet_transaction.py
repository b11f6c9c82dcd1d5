"""The ledger of a wallet: what went in and out, and which credits paid for what. Append-only (``ledger``)."""

from django.db import models
from django.db.models import F, Q

from billing_site.kernel.constraints import one_of
from billing_site.kernel.fields import cents_field, enum_field
from billing_site.kernel.models import Entity
from customers.models import Organization
from invoices.models.invoice import Invoice
from invoices.models.ledger import consumption_triggers, transaction_triggers
from invoices.models.wallet import LOWEST_PRIORITY, Wallet, credits_field, priority_between
from invoices.models.wallet_rule import RecurringTransactionRule
from invoices.settlement.credit_order import DrawReason


class TransactionType(models.TextChoices):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class WalletTransactionStatus(models.TextChoices):
    PENDING = "pending"
    SETTLED = "settled"
    FAILED = "failed"


class TransactionKind(models.TextChoices):
    """``transaction_status`` on the wire: why credits came or went."""

    PURCHASED = "purchased"
    GRANTED = "granted"
    VOIDED = "voided"
    INVOICED = "invoiced"


class TransactionSource(models.TextChoices):
    MANUAL = "manual"
    INTERVAL = "interval"
    THRESHOLD = "threshold"
    EXPIRATION = "expiration"


class WalletTransaction(Entity):
    """Inbound: a block of credits, of which ``remaining_amount_cents`` are left once it is settled.

    ``invoice`` is the one that a purchase is paid with, or that an outbound transaction paid; ``voided_invoice`` gave
    its credits back. ``reason`` says why an outbound transaction came from this wallet before others.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="wallet_transactions")
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="transactions", db_index=False)
    invoice = models.ForeignKey(
        Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="wallet_transactions"
    )
    voided_invoice = models.ForeignKey(
        Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="recredited_wallet_transactions"
    )
    rule = models.ForeignKey(
        RecurringTransactionRule,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="transactions",
        db_index=False,
    )
    due_on = models.DateField(null=True, blank=True, help_text="The customer's day of a top-up by interval.")
    transaction_type = enum_field(TransactionType)
    status = enum_field(WalletTransactionStatus)
    transaction_status = enum_field(TransactionKind)
    source = enum_field(TransactionSource, default=TransactionSource.MANUAL)
    amount_cents = cents_field()
    credit_amount = credits_field()
    remaining_amount_cents = cents_field(null=True, blank=True, default=None, editable=False)
    priority = models.PositiveSmallIntegerField(default=LOWEST_PRIORITY)
    reason = enum_field(DrawReason, null=True, blank=True)
    name = models.CharField(max_length=255, blank=True, default="")
    metadata = models.JSONField(default=list, blank=True)
    purchase_order_number = models.CharField(max_length=255, blank=True, default="")
    invoice_requires_successful_payment = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            one_of("wallet_transaction", "transaction_type", TransactionType),
            one_of("wallet_transaction", "status", WalletTransactionStatus),
            one_of("wallet_transaction", "transaction_status", TransactionKind),
            one_of("wallet_transaction", "source", TransactionSource),
            one_of("wallet_transaction", "reason", DrawReason),
            priority_between("wallet_transaction", "priority"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="wallet_transaction_amount_cents_gt_0"),
            models.CheckConstraint(
                condition=Q(transaction_type="inbound", transaction_status__in=["purchased", "granted"])
                | Q(transaction_type="outbound", transaction_status__in=["voided", "invoiced"], status="settled"),
                name="wallet_transaction_kind_fits_type",
            ),
            models.CheckConstraint(
                condition=~Q(status="settled") | Q(settled_at__isnull=False),
                name="wallet_transaction_settled_at_if_settled",
            ),
            models.CheckConstraint(
                condition=Q(remaining_amount_cents__isnull=True)
                | Q(remaining_amount_cents__gte=0, remaining_amount_cents__lte=F("amount_cents")),
                name="wallet_transaction_remaining_within_amount",
            ),
            models.UniqueConstraint(
                fields=["wallet", "invoice"],
                condition=Q(transaction_status="invoiced"),
                name="wallet_transaction_once_per_invoice",
            ),
            models.UniqueConstraint(
                fields=["wallet", "voided_invoice"], name="wallet_transaction_recredits_an_invoice_once"
            ),
            models.UniqueConstraint(
                fields=["rule", "transaction_status", "due_on"], name="wallet_transaction_once_per_rule_and_day"
            ),
        ]
        indexes = [
            models.Index(fields=["wallet", "-created_at", "-id"], name="wallet_transaction_newest"),
            models.Index(
                fields=["wallet"],
                condition=Q(remaining_amount_cents__gt=0),
                name="wallet_credits_left",
            ),
            models.Index(
                fields=["organization", "expires_at"],
                condition=Q(remaining_amount_cents__gt=0, expires_at__isnull=False),
                name="wallet_credits_to_expire",
            ),
        ]
        triggers = transaction_triggers()

    def __str__(self) -> str:
        return f"{self.transaction_status} {self.credit_amount}"

    @property
    def is_inbound(self) -> bool:
        return self.transaction_type == TransactionType.INBOUND


class WalletTransactionConsumption(Entity):
    """So much of the credits of ``inbound`` went out with ``outbound``; ``reason`` says why these came first (W12)."""

    inbound = models.ForeignKey(WalletTransaction, on_delete=models.PROTECT, related_name="consumptions")
    outbound = models.ForeignKey(WalletTransaction, on_delete=models.PROTECT, related_name="fundings", db_index=False)
    amount_cents = cents_field()
    credit_amount = credits_field()
    reason = enum_field(DrawReason)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["outbound", "inbound"], name="wallet_consumption_once"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="wallet_consumption_amount_cents_gt_0"),
            one_of("wallet_consumption", "reason", DrawReason),
        ]
        triggers = consumption_triggers()

    def __str__(self) -> str:
        return f"{self.credit_amount}"
