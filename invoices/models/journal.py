"""The journal: what every document means for the accounts. Append-only; every entry balances (``journal_triggers``).

Foreign keys are unchecked: an entry is written in its document's transaction, and a check costs as much as the row.
"""

from typing import Any

from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import non_negative, one_of
from billing_site.kernel.fields import cents_field, currency_field, enum_field
from billing_site.kernel.ids import uuid7
from customers.models import BillingEntity, Customer, Organization
from invoices.journal import Account
from invoices.models.journal_triggers import entry_triggers, line_triggers, total_triggers
from plans.models import Plan


class JournalDocument(models.TextChoices):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note", "Credit note"
    PAYMENT_ALLOCATION = "payment_allocation", "Payment"
    WALLET_TRANSACTION = "wallet_transaction", "Prepaid credits"
    WALLET = "wallet"


class JournalEvent(models.TextChoices):
    """What happened to the document. ``FORFEITED``: what its void gave back, and nobody can use."""

    ISSUED = "issued"
    VOIDED = "voided"
    FORFEITED = "forfeited"
    PAID = "paid"
    REFUNDED = "refunded"
    REFUND_RETURNED = "refund_returned"
    SETTLED = "settled"
    TERMINATED = "terminated"


def unchecked(to: type[models.Model], **options: Any) -> models.ForeignKey:
    options = {"on_delete": models.PROTECT, "db_constraint": False, "db_index": False, "related_name": "+", **options}
    return models.ForeignKey(to, **options)


class JournalEntry(models.Model):
    """One event of one document. ``date`` is the civil date it counts for, ``created_at`` when it was written."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(editable=False)
    organization = unchecked(Organization)
    billing_entity = unchecked(BillingEntity)
    customer = unchecked(Customer)
    document = enum_field(JournalDocument)
    document_id = models.UUIDField()
    event = enum_field(JournalEvent)
    occurrence = models.PositiveSmallIntegerField(default=1, help_text="Above 1 only for what may happen again.")
    date = models.DateField()
    currency = currency_field()

    class Meta:
        verbose_name_plural = "journal entries"
        ordering = ["-date", "-id"]
        constraints = [
            one_of("journal_entry", "document", JournalDocument),
            one_of("journal_entry", "event", JournalEvent),
            models.UniqueConstraint(fields=["document_id", "event", "occurrence"], name="journal_entry_once_per_event"),
        ]
        indexes = [
            models.Index(fields=["billing_entity", "date", "id"], name="journal_entry_by_date"),
            models.Index(fields=["organization", "-date", "-id"], name="journal_entry_newest"),
        ]
        triggers = entry_triggers()

    def __str__(self) -> str:
        return f"{self.get_document_display()} {self.event}".capitalize()


class JournalLine(models.Model):
    """``amount_cents``: a debit is positive, a credit negative. ``item_kind`` is a fee's type, or ``tax``.

    The item's code is as it was then; ``item_id`` is the charge, fixed charge, add-on, plan or tax. ``plan`` is the
    catalogue's, also where a subscription has overrides.
    """

    pk = models.CompositePrimaryKey("entry_id", "position")
    entry = unchecked(JournalEntry, related_name="lines")
    position = models.SmallIntegerField()
    account = enum_field(Account)
    amount_cents = cents_field()
    plan = unchecked(Plan, null=True)
    item_kind = models.CharField(max_length=32, default="")
    item_id = models.UUIDField(null=True)
    item_code = models.CharField(max_length=255, default="")

    class Meta:
        ordering = ["entry_id", "position"]
        constraints = [
            one_of("journal_line", "account", Account),
            models.CheckConstraint(condition=~Q(amount_cents=0), name="journal_line_amount_cents_not_0"),
        ]
        triggers = line_triggers()

    def __str__(self) -> str:
        return f"{self.account} {self.amount_cents}"


class JournalTotal(models.Model):
    """The lines that one statement wrote, added up: what trial balances read instead of every line.

    Rows are only added, by the trigger on lines, so that runs never wait for each other here.
    """

    id = models.BigAutoField(primary_key=True)
    billing_entity = unchecked(BillingEntity)
    currency = currency_field()
    date = models.DateField()
    account = enum_field(Account)
    plan = unchecked(Plan, null=True)
    item_kind = models.CharField(max_length=32, default="")
    item_code = models.CharField(max_length=255, default="")
    debit_cents = cents_field()
    credit_cents = cents_field()

    class Meta:
        ordering = ["id"]
        constraints = [*non_negative("journal_total", "debit_cents", "credit_cents")]
        indexes = [models.Index(fields=["billing_entity", "date"], name="journal_total_by_date")]
        triggers = total_triggers()

    def __str__(self) -> str:
        return f"{self.account} {self.debit_cents - self.credit_cents}"
