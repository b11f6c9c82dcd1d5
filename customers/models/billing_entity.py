"""A legal issuer of invoices: identity, address, numbering, taxes and defaults."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q

from billing_site.kernel.constraints import one_of
from billing_site.kernel.fields import currency_field, enum_field
from billing_site.kernel.models import Entity
from customers.models.address import Address
from customers.models.custom_section import InvoiceCustomSection
from customers.models.organization import Organization
from customers.models.tax import Tax


class DocumentNumbering(models.TextChoices):
    PER_CUSTOMER = "per_customer"
    PER_BILLING_ENTITY = "per_billing_entity"


class IssuingDateAnchor(models.TextChoices):
    CURRENT_PERIOD_END = "current_period_end"
    NEXT_PERIOD_START = "next_period_start"


class IssuingDateAdjustment(models.TextChoices):
    KEEP_ANCHOR = "keep_anchor"
    ALIGN_WITH_FINALIZATION_DATE = "align_with_finalization_date"


class BillingEntity(Entity, Address):
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="billing_entities")
    code = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    is_default = models.BooleanField(default=False)
    legal_name = models.CharField(max_length=255, blank=True, default="")
    legal_number = models.CharField(max_length=255, blank=True, default="")
    tax_identification_number = models.CharField(max_length=255, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    phone = models.CharField(max_length=64, blank=True, default="")
    iban = models.CharField("IBAN", max_length=34, blank=True, default="")
    bic = models.CharField("BIC", max_length=11, blank=True, default="")
    logo_url = models.URLField(blank=True, default="")
    default_currency = currency_field(default="USD")
    timezone = models.CharField(max_length=64, default="UTC")
    document_locale = models.CharField(max_length=16, default="en")
    document_numbering = enum_field(DocumentNumbering, default=DocumentNumbering.PER_CUSTOMER)
    document_number_prefix = models.CharField(max_length=10)
    invoice_footer = models.TextField(blank=True, default="")
    invoice_grace_period = models.PositiveIntegerField(default=0, help_text="Days an invoice stays a draft.")
    net_payment_term = models.PositiveIntegerField(default=0, help_text="Days from issuing to due date.")
    finalize_zero_amount_invoice = models.BooleanField(default=True)
    subscription_invoice_issuing_date_anchor = enum_field(
        IssuingDateAnchor, default=IssuingDateAnchor.NEXT_PERIOD_START
    )
    subscription_invoice_issuing_date_adjustment = enum_field(
        IssuingDateAdjustment, default=IssuingDateAdjustment.ALIGN_WITH_FINALIZATION_DATE
    )
    email_settings = models.JSONField(default=list, blank=True)
    eu_tax_management = models.BooleanField(default=False)
    taxes = models.ManyToManyField(Tax, blank=True, related_name="billing_entities")
    invoice_custom_sections = models.ManyToManyField(InvoiceCustomSection, blank=True, related_name="billing_entities")
    books_closed_until = models.DateField(
        null=True, blank=True, editable=False, help_text="The last day into which nothing is issued any more."
    )

    class Meta:
        verbose_name_plural = "billing entities"
        ordering = ["-is_default", "name"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "code"], name="billing_entity_code_unique"),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(is_default=True), name="billing_entity_one_default"
            ),
            one_of("billing_entity", "document_numbering", DocumentNumbering),
            one_of("billing_entity", "subscription_invoice_issuing_date_anchor", IssuingDateAnchor),
            one_of("billing_entity", "subscription_invoice_issuing_date_adjustment", IssuingDateAdjustment),
        ]

    def __str__(self) -> str:
        return self.name

    def first_open_day(self, day: date) -> date:
        """``day``, or the first one after those whose books are closed."""
        return day if self.books_closed_until is None else max(day, self.books_closed_until + timedelta(days=1))
