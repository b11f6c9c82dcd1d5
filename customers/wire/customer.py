"""A customer on the wire."""

from collections.abc import Iterable
from typing import Any, TypedDict

from billing_site.kernel.api.wire import instant, text
from customers.metadata import StoredEntry
from customers.models import Customer
from customers.wire.address import AddressWire, address_wire, stored_address_wire
from customers.wire.custom_section import InvoiceCustomSectionWire, sections_wire
from customers.wire.tax import TaxWire, taxes_wire


class CustomerBillingConfigurationWire(TypedDict):
    invoice_grace_period: int | None
    subscription_invoice_issuing_date_anchor: str | None
    subscription_invoice_issuing_date_adjustment: str | None
    payment_provider: str | None
    payment_provider_code: str | None
    provider_customer_id: str | None
    sync: bool | None
    sync_with_provider: bool | None
    document_locale: str | None
    provider_payment_methods: list[str] | None


class CustomerWire(AddressWire):
    lago_id: str
    billing_entity_code: str
    external_id: str
    sequential_id: int
    slug: str
    name: str | None
    firstname: str | None
    lastname: str | None
    customer_type: str | None
    account_type: str
    legal_name: str | None
    legal_number: str | None
    tax_identification_number: str | None
    email: str | None
    phone: str | None
    url: str | None
    logo_url: str | None
    currency: str | None
    timezone: str | None
    applicable_timezone: str
    net_payment_term: int | None
    external_salesforce_id: str | None
    finalize_zero_amount_invoice: str
    skip_invoice_custom_sections: bool
    created_at: str | None
    updated_at: str | None
    shipping_address: AddressWire
    billing_configuration: CustomerBillingConfigurationWire
    metadata: list[StoredEntry]
    taxes: list[TaxWire]
    integration_customers: list[dict[str, Any]]
    applicable_invoice_custom_sections: list[InvoiceCustomSectionWire]
    error_details: list[dict[str, Any]]


def customer_wire(customer: Customer) -> CustomerWire:
    """Wants what ``queries.customers_of`` loads."""
    return {
        "lago_id": str(customer.id),
        "billing_entity_code": customer.billing_entity.code,
        "external_id": customer.external_id,
        "sequential_id": customer.sequential_id,
        "slug": customer.slug,
        "name": text(customer.name),
        "firstname": text(customer.firstname),
        "lastname": text(customer.lastname),
        "customer_type": customer.customer_type,
        "account_type": customer.account_type,
        "legal_name": text(customer.legal_name),
        "legal_number": text(customer.legal_number),
        "tax_identification_number": text(customer.tax_identification_number),
        "email": text(customer.email),
        "phone": text(customer.phone),
        "url": text(customer.url),
        "logo_url": text(customer.logo_url),
        "currency": text(customer.currency),
        "timezone": text(customer.timezone),
        "applicable_timezone": customer.applicable_timezone,
        "net_payment_term": customer.net_payment_term,
        "external_salesforce_id": text(customer.external_salesforce_id),
        "finalize_zero_amount_invoice": customer.finalize_zero_amount_invoice,
        "skip_invoice_custom_sections": customer.skip_invoice_custom_sections,
        "created_at": instant(customer.created_at),
        "updated_at": instant(customer.updated_at),
        **address_wire(customer),
        "shipping_address": stored_address_wire(customer.shipping_address),
        "billing_configuration": billing_configuration_wire(customer),
        "metadata": customer.metadata,
        "taxes": taxes_wire(customer.taxes.all()),
        "integration_customers": [],
        "applicable_invoice_custom_sections": sections_wire(customer.custom_sections_with(customer.billing_entity)),
        "error_details": [],
    }


def billing_configuration_wire(customer: Customer) -> CustomerBillingConfigurationWire:
    return {
        "invoice_grace_period": customer.invoice_grace_period,
        "subscription_invoice_issuing_date_anchor": customer.subscription_invoice_issuing_date_anchor,
        "subscription_invoice_issuing_date_adjustment": customer.subscription_invoice_issuing_date_adjustment,
        "payment_provider": text(customer.payment_provider),
        "payment_provider_code": text(customer.payment_provider_code),
        "provider_customer_id": text(customer.provider_customer_id),
        "sync": None,
        "sync_with_provider": customer.sync_with_provider,
        "document_locale": text(customer.document_locale),
        "provider_payment_methods": None,
    }


def customers_wire(customers: Iterable[Customer]) -> list[CustomerWire]:
    return [customer_wire(customer) for customer in customers]
