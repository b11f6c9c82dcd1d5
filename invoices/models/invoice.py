"""An invoice: what a customer owes, and for which periods."""

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from billing_site.kernel.constraints import adds_up, non_negative, one_of
from billing_site.kernel.fields import cents_field, currency_field, enum_field, rate_percent_field
from billing_site.kernel.models import Entity
from customers.models import BillingEntity, Customer, Organization


class InvoiceType(models.TextChoices):
    SUBSCRIPTION = "subscription"
    ONE_OFF = "one_off"
    CREDIT = "credit"
    ADVANCE_CHARGES = "advance_charges"
    PROGRESSIVE_BILLING = "progressive_billing"


class InvoiceStatus(models.TextChoices):
    GENERATING = "generating"
    DRAFT = "draft"
    OPEN = "open"
    PENDING = "pending"
    FAILED = "failed"
    FINALIZED = "finalized"
    VOIDED = "voided"
    CLOSED = "closed"
    DELETED = "deleted"


VISIBLE_STATUSES = (
    InvoiceStatus.DRAFT,
    InvoiceStatus.PENDING,
    InvoiceStatus.FAILED,
    InvoiceStatus.FINALIZED,
    InvoiceStatus.VOIDED,
)
# Their numbers are in the index of ``invoice_number_unique``.
NUMBERED = (InvoiceStatus.FINALIZED, InvoiceStatus.VOIDED)
# What is open waits for its payment before it is issued (W6).
PAYABLE = (InvoiceStatus.FINALIZED, InvoiceStatus.OPEN)

# What they took of credits is there again (3-K8).
GIVEN_BACK = (InvoiceStatus.VOIDED, InvoiceStatus.CLOSED, InvoiceStatus.DELETED)


class PaymentStatus(models.TextChoices):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


MONEY_COLUMNS = (
    "fees_amount_cents",
    "progressive_billing_credit_amount_cents",
    "coupons_amount_cents",
    "sub_total_excluding_taxes_amount_cents",
    "taxes_amount_cents",
    "sub_total_including_taxes_amount_cents",
    "credit_notes_amount_cents",
    "prepaid_credit_amount_cents",
    "total_amount_cents",
)


# What an issued invoice says; how it is paid, and what is noted on it, goes on.
FINAL_COLUMNS = (
    *MONEY_COLUMNS,
    *("number", "sequential_id", "currency", "organization_id", "billing_entity_id", "customer_id", "invoice_type"),
    *("issuing_date", "billed_at", "finalized_at", "taxes_rate_percent", "customer_snapshot", "issuer_snapshot"),
    *("prepaid_granted_credit_amount_cents", "prepaid_purchased_credit_amount_cents", "custom_sections"),
)


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def visible(self) -> "InvoiceQuerySet":
        """Without the statuses that the API never returns (I3)."""
        return self.filter(status__in=VISIBLE_STATUSES)

    def newest_first(self) -> "InvoiceQuerySet":
        return self.order_by("-issuing_date", "-created_at", "-id")


class Invoice(Entity):
    """``billed_at`` is the instant the invoice was due, ``usage_epoch`` the last flush of events that it read."""

    # Each is found by an index below; that it is the customer's organization nobody could tell from a foreign key.
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="invoices", db_index=False, db_constraint=False
    )
    billing_entity = models.ForeignKey(BillingEntity, on_delete=models.PROTECT, related_name="invoices", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="invoices", db_index=False)
    invoice_type = enum_field(InvoiceType)
    status = enum_field(InvoiceStatus)
    payment_status = enum_field(PaymentStatus, default=PaymentStatus.PENDING)
    number = models.CharField(max_length=64)
    sequential_id = models.PositiveIntegerField(null=True, blank=True)
    currency = currency_field()
    timezone = models.CharField(max_length=64)
    issuing_date = models.DateField()
    payment_due_date = models.DateField(null=True, blank=True)
    expected_finalization_date = models.DateField(null=True, blank=True)
    net_payment_term = models.PositiveIntegerField(default=0)
    billed_at = models.DateTimeField()
    finalized_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    payment_dispute_lost_at = models.DateTimeField(null=True, blank=True)
    payment_overdue = models.BooleanField(default=False)
    ready_to_be_refreshed = models.BooleanField(default=False)
    self_billed = models.BooleanField(default=False)
    usage_epoch = models.BigIntegerField(default=0)
    metadata = models.JSONField(default=list, blank=True)
    customer_snapshot = models.JSONField(default=dict, blank=True)
    issuer_snapshot = models.JSONField(default=dict, blank=True)
    purchase_order_number = models.CharField(max_length=255, blank=True, default="")
    custom_sections = models.JSONField(default=list, blank=True)
    voided_invoice = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="regenerated",
        db_index=False,
        help_text="Made again.",
    )

    fees_amount_cents = cents_field()
    progressive_billing_credit_amount_cents = cents_field()
    coupons_amount_cents = cents_field()
    sub_total_excluding_taxes_amount_cents = cents_field()
    taxes_amount_cents = cents_field()
    taxes_rate_percent = rate_percent_field()
    sub_total_including_taxes_amount_cents = cents_field()
    credit_notes_amount_cents = cents_field()
    prepaid_credit_amount_cents = cents_field()
    prepaid_granted_credit_amount_cents = cents_field(null=True, blank=True, default=None)
    prepaid_purchased_credit_amount_cents = cents_field(null=True, blank=True, default=None)
    total_amount_cents = cents_field()
    total_paid_amount_cents = cents_field()
    offset_amount_cents = cents_field(help_text="Taken off what is due by the invoice's own credit notes.")

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-issuing_date", "-created_at", "-id"]
        constraints = [
            one_of("invoice", "invoice_type", InvoiceType),
            one_of("invoice", "status", InvoiceStatus),
            one_of("invoice", "payment_status", PaymentStatus),
            *non_negative("invoice", *MONEY_COLUMNS, "total_paid_amount_cents", "offset_amount_cents"),
            *non_negative("invoice", "prepaid_granted_credit_amount_cents", "prepaid_purchased_credit_amount_cents"),
            adds_up(
                "invoice",
                "sub_total_excluding_taxes_amount_cents",
                "fees_amount_cents",
                minus=("progressive_billing_credit_amount_cents", "coupons_amount_cents"),
            ),
            adds_up(
                "invoice",
                "sub_total_including_taxes_amount_cents",
                "sub_total_excluding_taxes_amount_cents",
                "taxes_amount_cents",
            ),
            adds_up(
                "invoice",
                "total_amount_cents",
                "sub_total_including_taxes_amount_cents",
                minus=("credit_notes_amount_cents", "prepaid_credit_amount_cents"),
            ),
            adds_up(
                "invoice",
                "prepaid_credit_amount_cents",
                "prepaid_granted_credit_amount_cents",
                "prepaid_purchased_credit_amount_cents",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["finalized", "voided"])
                | Q(sequential_id__isnull=False, payment_due_date__isnull=False, finalized_at__isnull=False),
                name="invoice_finalized_has_number_and_dates",
            ),
            models.UniqueConstraint(
                fields=["billing_entity", "number"],
                condition=Q(status__in=["finalized", "voided"]),
                name="invoice_number_unique",
            ),
            models.UniqueConstraint(
                fields=["voided_invoice"],
                condition=~Q(status__in=["voided", "deleted", "closed"]),
                name="invoice_regenerated_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["voided_invoice"], condition=Q(voided_invoice__isnull=False), name="invoice_again_of_voided"
            ),
            models.Index(fields=["organization", "-issuing_date", "-created_at", "-id"], name="invoice_newest"),
            models.Index(fields=["customer", "-issuing_date", "-created_at", "-id"], name="invoice_of_customer"),
            models.Index(
                fields=["organization", "expected_finalization_date"],
                condition=Q(status="draft"),
                name="invoice_draft_to_finalize",
            ),
            models.Index(
                fields=["organization", "payment_due_date"],
                condition=Q(status="finalized", payment_status__in=["pending", "failed"]),
                name="invoice_unpaid_by_due_date",
            ),
            # What is rare among millions is listed without reading them; finalized rows cost these indexes nothing.
            models.Index(
                fields=["organization", "-issuing_date", "-created_at", "-id"],
                condition=Q(status__in=["draft", "pending", "failed", "voided"]),
                name="invoice_not_finalized",
            ),
            models.Index(
                fields=["organization", "-issuing_date", "-created_at", "-id"],
                condition=Q(payment_overdue=True),
                name="invoice_overdue",
            ),
            models.Index(
                fields=["organization", "-issuing_date", "-created_at", "-id"],
                condition=Q(payment_status="failed"),
                name="invoice_payment_failed",
            ),
            models.Index(
                fields=["organization", "invoice_type", "-issuing_date", "-created_at", "-id"],
                condition=Q(invoice_type__in=["add_on", "credit", "one_off", "advance_charges", "progressive_billing"]),
                name="invoice_of_rare_type",
            ),
            GinIndex(OpClass(Upper("number"), name="gin_trgm_ops"), name="invoice_number_search"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="finalized_amounts_are_final",
                operation=pgtrigger.UpdateOf(*FINAL_COLUMNS),
                condition=pgtrigger.Q(old__status__in=["finalized", "voided"]),
            ),
            pgtrigger.Protect(
                name="finalized_is_not_deleted",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__status__in=["finalized", "voided"]),
            ),
            pgtrigger.Protect(
                name="finalized_only_becomes_voided",
                operation=pgtrigger.UpdateOf("status"),
                condition=pgtrigger.Q(old__status="finalized") & ~pgtrigger.Q(new__status__in=["finalized", "voided"]),
            ),
            pgtrigger.Protect(
                name="voided_stays_voided",
                operation=pgtrigger.UpdateOf("status"),
                condition=pgtrigger.Q(old__status="voided") & ~pgtrigger.Q(new__status="voided"),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_draft(self) -> bool:
        return self.status == InvoiceStatus.DRAFT

    @property
    def total_due_amount_cents(self) -> int:
        """What is still to be paid; nothing on a voided invoice (3-I11)."""
        return 0 if self.status == InvoiceStatus.VOIDED else max(self.outstanding_amount_cents, 0)

    @property
    def outstanding_amount_cents(self) -> int:
        """What payments and offsets so far leave open: paid exactly at 0, overpaid below (3-P4, 3-I11)."""
        return self.total_amount_cents - self.total_paid_amount_cents - self.offset_amount_cents
