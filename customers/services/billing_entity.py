"""Commands on billing entities."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypedDict, Unpack

from billing_site.kernel.commands import command
from billing_site.kernel.errors import ValidationFailed
from billing_site.kernel.jobs import enqueue
from customers.document_numbers import default_prefix
from customers.eu_vat import eu_taxes, is_member
from customers.models import BillingEntity, Organization
from customers.queries import sections_with_codes, taxes_with_codes
from customers.services.eu_vat import ensure_eu_taxes
from customers.services.selection import replace_selection
from customers.signals import billing_entity_saved


class IssuerValues(TypedDict, total=False):
    """What an absent key leaves as it is; shared by billing entities and the organization."""

    name: str
    legal_name: str
    legal_number: str
    tax_identification_number: str
    email: str
    address_line1: str
    address_line2: str
    city: str
    state: str
    zipcode: str
    country: str
    default_currency: str
    timezone: str
    document_locale: str
    document_numbering: str
    document_number_prefix: str
    invoice_footer: str
    invoice_grace_period: int
    net_payment_term: int
    finalize_zero_amount_invoice: bool
    email_settings: list[str]


class BillingEntityValues(IssuerValues, total=False):
    phone: str
    logo_url: str
    iban: str
    bic: str
    subscription_invoice_issuing_date_anchor: str
    subscription_invoice_issuing_date_adjustment: str
    eu_tax_management: bool
    tax_codes: list[str]
    invoice_custom_section_codes: list[str]


@command
def create_billing_entity(
    *,
    organization: Organization,
    code: str,
    at: datetime,
    is_default: bool = False,
    **values: Unpack[BillingEntityValues],
) -> BillingEntity:
    """A further issuer. Without a prefix its documents get one from its name and id (3-I1)."""
    entity = BillingEntity(
        organization=organization,
        code=code,
        is_default=is_default,
        default_currency=organization.default_currency,
        created_at=at,
    )
    columns: dict[str, Any] = {**values}
    codes, section_codes = columns.pop("tax_codes", []), columns.pop("invoice_custom_section_codes", [])
    for name, value in columns.items():
        setattr(entity, name, value)
    entity.document_number_prefix = entity.document_number_prefix or default_prefix(entity.name, entity.id)
    entity.save(force_insert=True)
    _replace_taxes(entity, codes)
    _replace_sections(entity, section_codes)
    _prepare_eu_taxes(entity, at)
    billing_entity_saved.send(BillingEntity, billing_entity=entity, changed=set(columns), at=at)
    return entity


@command
def update_billing_entity(
    *, billing_entity: BillingEntity, at: datetime, **values: Unpack[BillingEntityValues]
) -> BillingEntity:
    """Change an issuer. Finalized documents keep what they say."""
    columns: dict[str, Any] = {**values}
    codes, section_codes = columns.pop("tax_codes", None), columns.pop("invoice_custom_section_codes", None)
    changed = {name for name, value in columns.items() if getattr(billing_entity, name) != value}
    was_managed = billing_entity.eu_tax_management
    if changed:
        billing_entity.change(at=at, **{name: columns[name] for name in changed})
    if codes is not None and _replace_taxes(billing_entity, codes):
        changed.add("taxes")
    if section_codes is not None and _replace_sections(billing_entity, section_codes):
        changed.add("invoice_custom_sections")
    if {"eu_tax_management", "country"} & changed and (was_managed or billing_entity.eu_tax_management):
        _prepare_eu_taxes(billing_entity, at)
        sandbox = billing_entity.organization.sandbox
        enqueue("customers.tasks.tax_customers_by_eu_rules", billing_entity.id, inline=sandbox)
    billing_entity_saved.send(BillingEntity, billing_entity=billing_entity, changed=changed, at=at)
    return billing_entity


def _prepare_eu_taxes(entity: BillingEntity, at: datetime) -> None:
    """Where the EU's rules choose (T3), what they choose from exists."""
    if entity.eu_tax_management:
        if not is_member(entity.country):
            raise ValidationFailed(eu_tax_management=["billing_entity_must_be_in_eu"])
        ensure_eu_taxes(entity.organization, eu_taxes().keys(), at=at)


def _replace_taxes(entity: BillingEntity, codes: Iterable[str]) -> bool:
    return replace_selection(entity.taxes, taxes_with_codes(entity.organization, codes))


def _replace_sections(entity: BillingEntity, codes: Iterable[str]) -> bool:
    return replace_selection(entity.invoice_custom_sections, sections_with_codes(entity.organization, codes))
