"""A billing entity on the wire."""

from collections.abc import Iterable

from billing_site.kernel.api.wire import instant, text
from customers.models import BillingEntity
from customers.wire.address import AddressWire, address_wire
from customers.wire.custom_section import InvoiceCustomSectionWire, sections_wire
from customers.wire.tax import TaxWire, taxes_wire


class BillingEntityWire(AddressWire):
    lago_id: str
    code: str
    name: str
    is_default: bool
    legal_name: str | None
    legal_number: str | None
    tax_identification_number: str | None
    email: str | None
    phone: str | None
    logo_url: str | None
    default_currency: str
    timezone: str
    document_locale: str
    document_numbering: str
    document_number_prefix: str
    invoice_footer: str | None
    invoice_grace_period: int
    net_payment_term: int
    finalize_zero_amount_invoice: bool
    subscription_invoice_issuing_date_anchor: str
    subscription_invoice_issuing_date_adjustment: str
    eu_tax_management: bool
    email_settings: list[str]
    taxes: list[TaxWire]
    selected_invoice_custom_sections: list[InvoiceCustomSectionWire]
    created_at: str | None
    updated_at: str | None


def billing_entity_wire(entity: BillingEntity) -> BillingEntityWire:
    """Wants taxes and sections loaded (``queries.billing_entities_of``)."""
    return {
        "lago_id": str(entity.id),
        "code": entity.code,
        "name": entity.name,
        "is_default": entity.is_default,
        "legal_name": text(entity.legal_name),
        "legal_number": text(entity.legal_number),
        "tax_identification_number": text(entity.tax_identification_number),
        "email": text(entity.email),
        "phone": text(entity.phone),
        "logo_url": text(entity.logo_url),
        **address_wire(entity),
        "default_currency": entity.default_currency,
        "timezone": entity.timezone,
        "document_locale": entity.document_locale,
        "document_numbering": entity.document_numbering,
        "document_number_prefix": entity.document_number_prefix,
        "invoice_footer": text(entity.invoice_footer),
        "invoice_grace_period": entity.invoice_grace_period,
        "net_payment_term": entity.net_payment_term,
        "finalize_zero_amount_invoice": entity.finalize_zero_amount_invoice,
        "subscription_invoice_issuing_date_anchor": entity.subscription_invoice_issuing_date_anchor,
        "subscription_invoice_issuing_date_adjustment": entity.subscription_invoice_issuing_date_adjustment,
        "eu_tax_management": entity.eu_tax_management,
        "email_settings": entity.email_settings,
        "taxes": taxes_wire(entity.taxes.all()),
        "selected_invoice_custom_sections": sections_wire(entity.invoice_custom_sections.all()),
        "created_at": instant(entity.created_at),
        "updated_at": instant(entity.updated_at),
    }


def billing_entities_wire(entities: Iterable[BillingEntity]) -> list[BillingEntityWire]:
    return [billing_entity_wire(entity) for entity in entities]
