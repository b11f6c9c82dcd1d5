"""Commands on billing entities."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypedDict, Unpack

from billing_site.kernel.commands import command
from customers.document_numbers import default_prefix
from customers.models import BillingEntity, Organization
from customers.queries import taxes_with_codes
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
    codes = columns.pop("tax_codes", [])
    for name, value in columns.items():
        setattr(entity, name, value)
    entity.document_number_prefix = entity.document_number_prefix or default_prefix(entity.name, entity.id)
    entity.save(force_insert=True)
    _replace_taxes(entity, codes)
    billing_entity_saved.send(BillingEntity, billing_entity=entity, changed=set(columns), at=at)
    return entity


@command
def update_billing_entity(
    *, billing_entity: BillingEntity, at: datetime, **values: Unpack[BillingEntityValues]
) -> BillingEntity:
    """Change an issuer. Finalized documents keep what they say."""
    columns: dict[str, Any] = {**values}
    codes = columns.pop("tax_codes", None)
    changed = {name for name, value in columns.items() if getattr(billing_entity, name) != value}
    if changed:
        billing_entity.change(at=at, **{name: columns[name] for name in changed})
    if codes is not None and _replace_taxes(billing_entity, codes):
        changed.add("taxes")
    billing_entity_saved.send(BillingEntity, billing_entity=billing_entity, changed=changed, at=at)
    return billing_entity


def _replace_taxes(entity: BillingEntity, codes: Iterable[str]) -> bool:
    wanted = taxes_with_codes(entity.organization, codes)
    if {tax.pk for tax in wanted} == set(entity.taxes.values_list("pk", flat=True)):
        return False
    entity.taxes.set(wanted)
    return True
