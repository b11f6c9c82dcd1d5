"""The bodies of billing entities and of the organization, which share most of their fields."""

from enum import Enum

from rest_framework import serializers

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput
from customers.api.inputs.address import AddressInput, Email
from customers.models import DocumentNumbering, IssuingDateAdjustment, IssuingDateAnchor

LONGEST_PREFIX = 10


class EmailSetting(Enum):
    """Documents that are mailed to customers by themselves."""

    INVOICE_FINALIZED = "invoice.finalized"
    CREDIT_NOTE_CREATED = "credit_note.created"
    PAYMENT_RECEIPT_CREATED = "payment_receipt.created"


class OrganizationBillingConfigurationInput(CommandInput):
    invoice_footer = fields.Text(max_length=None)
    invoice_grace_period = fields.Whole(min_value=0)
    document_locale = fields.Language(allow_null=False, allow_blank=False)


class BillingConfigurationInput(OrganizationBillingConfigurationInput):
    subscription_invoice_issuing_date_anchor = fields.Choice(IssuingDateAnchor)
    subscription_invoice_issuing_date_adjustment = fields.Choice(IssuingDateAdjustment)


class Prefix(fields.Text):
    """The beginning of document numbers."""

    def __init__(self) -> None:
        super().__init__(max_length=LONGEST_PREFIX, trim=True, allow_null=False, allow_blank=False)

    def to_internal_value(self, data: object) -> str:
        return super().to_internal_value(data).upper()


class IssuerInput(AddressInput):
    """What an organization and a billing entity have in common."""

    email = Email()
    legal_name = fields.Text()
    legal_number = fields.Text()
    tax_identification_number = fields.Text()
    default_currency = fields.Currency(allow_null=False, allow_blank=False)
    timezone = fields.TimeZone(allow_null=False, allow_blank=False)
    document_number_prefix = Prefix()
    net_payment_term = fields.Whole(min_value=0)
    finalize_zero_amount_invoice = fields.Flag()
    email_settings = fields.ListOf(fields.Choice(EmailSetting), allow_null=True)


class OrganizationNumbering(fields.Choice):
    """Organizations say ``per_organization`` where billing entities say ``per_billing_entity``."""

    def __init__(self) -> None:
        super().__init__([DocumentNumbering.PER_CUSTOMER, "per_organization"])

    def to_internal_value(self, data: object) -> str:
        chosen = super().to_internal_value(data)
        return DocumentNumbering.PER_BILLING_ENTITY if chosen == "per_organization" else chosen


class OrganizationInput(IssuerInput):
    root_name = "organization"

    name = fields.Text(required=True)
    document_numbering = OrganizationNumbering()
    billing_configuration = OrganizationBillingConfigurationInput(source="*")


class BillingEntityInput(IssuerInput):
    root_name = "billing_entity"

    code = fields.Code()
    name = fields.Text(required=True)
    phone = fields.Text(max_length=64)
    logo_url = fields.Text(max_length=200)
    document_numbering = fields.Choice(DocumentNumbering)
    eu_tax_management = fields.Flag()
    tax_codes = fields.ListOf(fields.Code(), allow_null=True)
    invoice_custom_section_codes = fields.ListOf(fields.Code(), allow_null=True)
    billing_configuration = BillingConfigurationInput(source="*")

    def get_fields(self) -> dict[str, serializers.Field]:
        known = super().get_fields()
        if self.context.get("updating"):
            known.pop("code")  # an entity keeps its code
        return known
