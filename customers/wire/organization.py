"""An organization on the wire: its settings are those of its default billing entity."""

from typing import TypedDict

from billing_site.kernel.api.wire import instant, text
from customers.models import BillingEntity, DocumentNumbering, Organization
from customers.wire.address import AddressWire, address_wire
from customers.wire.tax import TaxWire, taxes_wire

NUMBERING = {DocumentNumbering.PER_BILLING_ENTITY: "per_organization"}


class OrganizationBillingConfigurationWire(TypedDict):
    invoice_footer: str | None
    invoice_grace_period: int
    document_locale: str


class OrganizationWire(AddressWire):
    lago_id: str
    name: str
    webhook_url: str | None
    webhook_urls: list[str]
    default_currency: str
    email: str | None
    legal_name: str | None
    legal_number: str | None
    tax_identification_number: str | None
    timezone: str
    net_payment_term: int
    document_numbering: str
    document_number_prefix: str
    finalize_zero_amount_invoice: bool
    email_settings: list[str]
    billing_configuration: OrganizationBillingConfigurationWire
    taxes: list[TaxWire]
    events_store: str
    created_at: str | None


def organization_wire(organization: Organization, issuer: BillingEntity) -> OrganizationWire:
    """``issuer`` is the default billing entity, with its taxes loaded."""
    return {
        "lago_id": str(organization.id),
        "name": organization.name,
        "webhook_url": None,
        "webhook_urls": [],
        "default_currency": organization.default_currency,
        "email": text(issuer.email),
        "legal_name": text(issuer.legal_name),
        "legal_number": text(issuer.legal_number),
        "tax_identification_number": text(issuer.tax_identification_number),
        **address_wire(issuer),
        "timezone": issuer.timezone,
        "net_payment_term": issuer.net_payment_term,
        "document_numbering": NUMBERING.get(DocumentNumbering(issuer.document_numbering), issuer.document_numbering),
        "document_number_prefix": issuer.document_number_prefix,
        "finalize_zero_amount_invoice": issuer.finalize_zero_amount_invoice,
        "email_settings": organization.email_settings,
        "billing_configuration": {
            "invoice_footer": text(issuer.invoice_footer),
            "invoice_grace_period": issuer.invoice_grace_period,
            "document_locale": issuer.document_locale,
        },
        "taxes": taxes_wire(issuer.taxes.all()),
        "events_store": "postgres",
        "created_at": instant(organization.created_at),
    }
