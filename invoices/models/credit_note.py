"""A credit note: what is given back of an issued invoice, and how much of it later invoices have used."""

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from billing_site.kernel.constraints import adds_up, non_negative, one_of
from billing_site.kernel.fields import cents_field, currency_field, enum_field, precise_cents_field, rate_percent_field
from billing_site.kernel.models import Entity
from customers.models import Customer, Organization
from invoices.models.applied_tax import TAXED, AppliedTax
from invoices.models.fee import Fee
from invoices.models.invoice import Invoice
from invoices.models.issued import CREDIT_NOTE, part_of


class CreditNoteStatus(models.TextChoices):
    DRAFT = "draft"
    FINALIZED = "finalized"


class CreditStatus(models.TextChoices):
    AVAILABLE = "available"
    CONSUMED = "consumed"
    VOIDED = "voided"


class RefundStatus(models.TextChoices):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class CreditNoteReason(models.TextChoices):
    DUPLICATED_CHARGE = "duplicated_charge"
    PRODUCT_UNSATISFACTORY = "product_unsatisfactory"
    ORDER_CHANGE = "order_change"
    ORDER_CANCELLATION = "order_cancellation"
    FRAUDULENT_CHARGE = "fraudulent_charge"
    OTHER = "other"


# What an issued credit note says; its balance, its refund and what is noted on it go on.
FINAL_COLUMNS = (
    *("number", "sequential_id", "invoice_id", "customer_id", "organization_id", "currency", "issuing_date", "status"),
    *("total_amount_cents", "credit_amount_cents", "refund_amount_cents", "offset_amount_cents"),
    *("sub_total_excluding_taxes_amount_cents", "taxes_amount_cents", "taxes_rate_percent"),
    *("precise_coupons_adjustment_amount_cents", "precise_taxes_amount_cents", "precise_total_amount_cents"),
)


class CreditNote(Entity):
    """``balance_amount_cents`` is what is left of the credit. One on a draft invoice is a draft too (3-N8)."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="credit_notes")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="credit_notes")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="credit_notes")
    status = enum_field(CreditNoteStatus, default=CreditNoteStatus.FINALIZED)
    number = models.CharField(max_length=64, blank=True, default="")
    sequential_id = models.PositiveIntegerField(null=True, blank=True)
    reason = enum_field(CreditNoteReason, default=CreditNoteReason.OTHER)
    description = models.TextField(blank=True, default="")
    issuing_date = models.DateField()
    is_automatic = models.BooleanField(default=False, help_text="Made by the end of a subscription, not by a person.")
    credit_status = enum_field(CreditStatus, null=True, blank=True)
    refund_status = enum_field(RefundStatus, null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    refunded_at = models.DateTimeField(null=True, blank=True)
    metadata = models.JSONField(default=dict, blank=True)

    currency = currency_field()
    precise_coupons_adjustment_amount_cents = precise_cents_field()
    coupons_adjustment_amount_cents = cents_field()
    sub_total_excluding_taxes_amount_cents = cents_field()
    taxes_rate_percent = rate_percent_field()
    taxes_amount_cents = cents_field()
    precise_taxes_amount_cents = precise_cents_field()
    total_amount_cents = cents_field()
    precise_total_amount_cents = precise_cents_field()
    credit_amount_cents = cents_field()
    refund_amount_cents = cents_field()
    offset_amount_cents = cents_field()
    balance_amount_cents = cents_field()

    class Meta:
        ordering = ["-issuing_date", "-created_at", "-id"]
        constraints = [
            one_of("credit_note", "status", CreditNoteStatus),
            one_of("credit_note", "reason", CreditNoteReason),
            one_of("credit_note", "credit_status", CreditStatus),
            one_of("credit_note", "refund_status", RefundStatus),
            *non_negative("credit_note", "credit_amount_cents", "refund_amount_cents", "offset_amount_cents"),
            *non_negative("credit_note", "sub_total_excluding_taxes_amount_cents", "taxes_amount_cents"),
            *non_negative("credit_note", "balance_amount_cents"),
            adds_up(
                *("credit_note", "total_amount_cents"),
                *("credit_amount_cents", "refund_amount_cents", "offset_amount_cents"),
            ),
            models.CheckConstraint(
                condition=Q(total_amount_cents=F("sub_total_excluding_taxes_amount_cents") + F("taxes_amount_cents")),
                name="credit_note_total_is_taxed",
            ),
            models.CheckConstraint(
                condition=Q(balance_amount_cents__lte=F("credit_amount_cents")), name="credit_note_balance_lte_credit"
            ),
            models.CheckConstraint(
                condition=Q(balance_amount_cents=0) | Q(credit_status="available"),
                name="credit_note_balance_only_while_available",
            ),
            models.CheckConstraint(
                condition=~Q(status="finalized") | (Q(sequential_id__isnull=False) & ~Q(number="")),
                name="credit_note_finalized_has_number",
            ),
            models.UniqueConstraint(fields=["invoice", "sequential_id"], name="credit_note_number_unique"),
        ]
        indexes = [
            models.Index(fields=["organization", "-issuing_date", "-created_at", "-id"], name="credit_note_newest"),
            models.Index(
                fields=["customer", "created_at", "id"],
                condition=Q(status="finalized", balance_amount_cents__gt=0),
                name="credit_note_with_balance",
            ),
            *(
                models.Index(
                    fields=["organization", "-issuing_date", "-created_at", "-id"], condition=condition, name=name
                )
                for name, condition in (
                    ("credit_note_with_credit", Q(credit_status="available")),
                    ("credit_note_to_refund", Q(refund_status__in=["pending", "failed"])),
                )
            ),
            GinIndex(OpClass(Upper("number"), name="gin_trgm_ops"), name="credit_note_number_search"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="issued_credit_note_is_final",
                operation=pgtrigger.UpdateOf(*FINAL_COLUMNS),
                condition=pgtrigger.Q(old__status="finalized"),
            ),
            pgtrigger.Protect(
                name="issued_credit_note_is_not_deleted",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="finalized"),
            ),
        ]

    def __str__(self) -> str:
        return self.number or "Draft"

    @property
    def is_draft(self) -> bool:
        return self.status == CreditNoteStatus.DRAFT


class CreditNoteItem(Entity):
    """What is given back of one fee, before its share of discounts and without tax."""

    credit_note = models.ForeignKey(CreditNote, on_delete=models.CASCADE, related_name="items")
    fee = models.ForeignKey(Fee, on_delete=models.PROTECT, related_name="credit_note_items")
    amount_currency = currency_field()
    amount_cents = cents_field()
    precise_amount_cents = precise_cents_field()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            *non_negative("credit_note_item", "amount_cents"),
            models.UniqueConstraint(fields=["credit_note", "fee"], name="credit_note_item_once_per_fee"),
        ]
        triggers = [part_of(CREDIT_NOTE, "items_of_issued_credit_notes_are_final")]

    def __str__(self) -> str:
        return f"{self.amount_cents} {self.amount_currency}"


class CreditNoteAppliedTax(AppliedTax):
    """``base_amount_cents`` is what was taxed, rounded."""

    credit_note = models.ForeignKey(CreditNote, on_delete=models.CASCADE, related_name="applied_taxes")
    base_amount_cents = cents_field()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["credit_note", "tax_code"], name="credit_note_applied_tax_once")]
        triggers = [part_of(CREDIT_NOTE, "taxes_of_issued_credit_notes_are_final", *TAXED)]

    def __str__(self) -> str:
        return self.tax_code
