"""The body of a customer."""

from billing_site.kernel.api import fields
from billing_site.kernel.api.inputs import CommandInput
from customers.api.inputs.address import AddressInput, Email
from customers.metadata import MOST_ENTRIES
from customers.models import (
    AccountType,
    CustomerType,
    IssuingDateAdjustment,
    IssuingDateAnchor,
    ZeroAmountPolicy,
)


class CustomerBillingConfigurationInput(CommandInput):
    invoice_grace_period = fields.Whole(min_value=0, allow_null=True)
    document_locale = fields.Language()
    subscription_invoice_issuing_date_anchor = fields.Choice(IssuingDateAnchor, allow_null=True)
    subscription_invoice_issuing_date_adjustment = fields.Choice(IssuingDateAdjustment, allow_null=True)
    payment_provider = fields.Text(max_length=64)
    payment_provider_code = fields.Text()
    provider_customer_id = fields.Text()
    sync_with_provider = fields.Flag()


class MetadataEntryInput(CommandInput):
    id = fields.Text()
    key = fields.Text(required=True)
    value = fields.Text(required=True)
    display_in_invoice = fields.Flag()


class CustomerInput(AddressInput):
    """Always read as a change: whether it creates is known only under the lock, and absent means "as it is"."""

    root_name = "customer"

    external_id = fields.Code(identifies=True)
    name = fields.Text()
    firstname = fields.Text()
    lastname = fields.Text()
    customer_type = fields.Choice(CustomerType, allow_null=True)
    account_type = fields.Choice(AccountType)
    legal_name = fields.Text()
    legal_number = fields.Text()
    tax_identification_number = fields.Text()
    email = Email()
    phone = fields.Text(max_length=64)
    url = fields.Text(max_length=512)
    logo_url = fields.Text(max_length=512)
    shipping_address = AddressInput(allow_null=True, cleared_to={})
    external_salesforce_id = fields.Text()
    currency = fields.Currency()
    timezone = fields.TimeZone()
    net_payment_term = fields.Whole(min_value=0, allow_null=True)
    finalize_zero_amount_invoice = fields.Choice(ZeroAmountPolicy)
    billing_configuration = CustomerBillingConfigurationInput(source="*")
    skip_invoice_custom_sections = fields.Flag()
    metadata = fields.ListOf(MetadataEntryInput(), max_items=MOST_ENTRIES, allow_null=True)
    tax_codes = fields.ListOf(fields.Code(), allow_null=True)
    invoice_custom_section_codes = fields.ListOf(fields.Code(), allow_null=True)
    billing_entity_code = fields.Text()
