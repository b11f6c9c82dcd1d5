"""A customer: who is billed."""

from collections.abc import Iterable

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from billing_site.kernel.constraints import one_of
from billing_site.kernel.fields import currency_field, enum_field
from billing_site.kernel.models import Entity, SoftDeletable
from customers.models.address import Address
from customers.models.billing_entity import BillingEntity, IssuingDateAdjustment, IssuingDateAnchor
from customers.models.custom_section import InvoiceCustomSection
from customers.models.organization import Organization
from customers.models.tax import Tax


class CustomerType(models.TextChoices):
    COMPANY = "company"
    INDIVIDUAL = "individual"


class AccountType(models.TextChoices):
    CUSTOMER = "customer"
    PARTNER = "partner"


class ZeroAmountPolicy(models.TextChoices):
    INHERIT = "inherit"
    SKIP = "skip"
    FINALIZE = "finalize"


class Customer(Entity, SoftDeletable, Address):
    """Who is billed. An empty setting falls back to the billing entity's (the ``applicable_*`` properties)."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="customers")
    billing_entity = models.ForeignKey(BillingEntity, on_delete=models.PROTECT, related_name="customers")
    external_id = models.CharField(max_length=255)
    sequential_id = models.PositiveIntegerField(editable=False)
    name = models.CharField(max_length=255, blank=True, default="")
    firstname = models.CharField(max_length=255, blank=True, default="")
    lastname = models.CharField(max_length=255, blank=True, default="")
    customer_type = enum_field(CustomerType, null=True, blank=True)
    account_type = enum_field(AccountType, default=AccountType.CUSTOMER)
    legal_name = models.CharField(max_length=255, blank=True, default="")
    legal_number = models.CharField(max_length=255, blank=True, default="")
    tax_identification_number = models.CharField(max_length=255, blank=True, default="")
    email = models.CharField(max_length=512, blank=True, default="")
    phone = models.CharField(max_length=64, blank=True, default="")
    url = models.CharField(max_length=512, blank=True, default="")
    logo_url = models.CharField(max_length=512, blank=True, default="")
    shipping_address = models.JSONField(default=dict, blank=True)
    metadata = models.JSONField(default=list, blank=True)
    external_salesforce_id = models.CharField(max_length=255, blank=True, default="")

    currency = currency_field(blank=True, default="")
    timezone = models.CharField(max_length=64, blank=True, default="")
    document_locale = models.CharField(max_length=16, blank=True, default="")
    invoice_grace_period = models.PositiveIntegerField(null=True, blank=True)
    net_payment_term = models.PositiveIntegerField(null=True, blank=True)
    finalize_zero_amount_invoice = enum_field(ZeroAmountPolicy, default=ZeroAmountPolicy.INHERIT)
    subscription_invoice_issuing_date_anchor = enum_field(IssuingDateAnchor, null=True, blank=True)
    subscription_invoice_issuing_date_adjustment = enum_field(IssuingDateAdjustment, null=True, blank=True)
    payment_provider = models.CharField(max_length=64, blank=True, default="")
    payment_provider_code = models.CharField(max_length=255, blank=True, default="")
    provider_customer_id = models.CharField(max_length=255, blank=True, default="")
    sync_with_provider = models.BooleanField(null=True, blank=True, help_text="Have its account opened there.")
    skip_invoice_custom_sections = models.BooleanField(default=False)
    invoice_custom_sections = models.ManyToManyField(InvoiceCustomSection, blank=True, related_name="customers")
    taxes = models.ManyToManyField(Tax, blank=True, related_name="customers")
    vat_evidence = models.JSONField(
        default=dict, blank=True, editable=False, help_text="Why the EU's rules chose its tax; empty when they did not."
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "external_id"],
                condition=Q(deleted_at__isnull=True),
                name="customer_external_id_unique",
            ),
            models.UniqueConstraint(fields=["organization", "sequential_id"], name="customer_sequential_id_unique"),
            one_of("customer", "account_type", AccountType),
            one_of("customer", "customer_type", CustomerType),
            one_of("customer", "finalize_zero_amount_invoice", ZeroAmountPolicy),
            one_of("customer", "subscription_invoice_issuing_date_anchor", IssuingDateAnchor),
            one_of("customer", "subscription_invoice_issuing_date_adjustment", IssuingDateAdjustment),
        ]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="customer_newest"),
            models.Index(fields=["organization", "customer_type", "-created_at", "-id"], name="customer_of_type"),
            models.Index(
                fields=["organization", "-created_at", "-id"],
                condition=Q(account_type="partner"),
                name="customer_partner",
            ),
            # The console searches with UPPER(column) LIKE, so the index must be on UPPER(column).
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="customer_name_search"),
            GinIndex(OpClass(Upper("external_id"), name="gin_trgm_ops"), name="customer_external_id_search"),
            GinIndex(OpClass(Upper("email"), name="gin_trgm_ops"), name="customer_email_search"),
            GinIndex(
                OpClass(Upper("firstname"), name="gin_trgm_ops"),
                OpClass(Upper("lastname"), name="gin_trgm_ops"),
                OpClass(Upper("legal_name"), name="gin_trgm_ops"),
                name="customer_person_search",
            ),
            GinIndex(OpClass("metadata", name="jsonb_path_ops"), name="customer_metadata"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        person = f"{self.firstname} {self.lastname}".strip()
        return self.legal_name or self.name or person or self.external_id

    @property
    def slug(self) -> str:
        return f"{self.billing_entity.document_number_prefix}-{self.sequential_id:03d}"

    @property
    def applicable_timezone(self) -> str:
        return self.timezone or self.billing_entity.timezone

    def invoice_grace_period_with(self, issuer: BillingEntity) -> int:
        """Days an invoice of ``issuer`` stays a draft; the customer's 0 wins over the entity's (3-I10)."""
        return issuer.invoice_grace_period if self.invoice_grace_period is None else self.invoice_grace_period

    def net_payment_term_with(self, issuer: BillingEntity) -> int:
        """Days from issuing to due date on an invoice of ``issuer`` (I17)."""
        return issuer.net_payment_term if self.net_payment_term is None else self.net_payment_term

    def custom_sections_with(self, issuer: BillingEntity) -> list[InvoiceCustomSection]:
        """Wants the sections of both loaded (``queries.living_sections``)."""
        own, issuers = self.invoice_custom_sections.all(), issuer.invoice_custom_sections.all()
        return list(self.applicable_custom_sections(own, issuers))

    def applicable_custom_sections(
        self, own: Iterable[InvoiceCustomSection], issuers: Iterable[InvoiceCustomSection]
    ) -> Iterable[InvoiceCustomSection]:
        """What an invoice carries: nothing if skipped, the customer's ``own`` sections, else the ``issuers`` (I20)."""
        return () if self.skip_invoice_custom_sections else own or issuers

    @property
    def applicable_document_locale(self) -> str:
        return self.document_locale or self.billing_entity.document_locale

    def finalizes_zero_amount_invoices_of(self, issuer: BillingEntity) -> bool:
        """Whether invoices over nothing are issued, or closed without a word (I19)."""
        if self.finalize_zero_amount_invoice == ZeroAmountPolicy.INHERIT:
            return issuer.finalize_zero_amount_invoice
        return self.finalize_zero_amount_invoice == ZeroAmountPolicy.FINALIZE
