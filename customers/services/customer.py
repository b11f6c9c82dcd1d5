"""Commands on customers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypedDict, Unpack

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotFound
from billing_site.kernel.locks import locked
from customers.metadata import MetadataEntry, merged_metadata
from customers.models import BillingEntity, Customer, Organization
from customers.queries import billing_entity_by_code, sections_with_codes, taxes_with_codes
from customers.services.eu_vat import apply_eu_rules
from customers.services.selection import replace_selection
from customers.signals import customer_deleted, customer_saved


class CustomerValues(TypedDict, total=False):
    """What an absent key leaves as it is. Empty text means "none", for settings "as the billing entity"."""

    name: str
    firstname: str
    lastname: str
    customer_type: str | None
    account_type: str
    legal_name: str
    legal_number: str
    tax_identification_number: str
    email: str
    phone: str
    url: str
    logo_url: str
    address_line1: str
    address_line2: str
    city: str
    state: str
    zipcode: str
    country: str
    shipping_address: dict[str, str]
    external_salesforce_id: str
    currency: str
    timezone: str
    document_locale: str
    invoice_grace_period: int | None
    net_payment_term: int | None
    finalize_zero_amount_invoice: str
    subscription_invoice_issuing_date_anchor: str | None
    subscription_invoice_issuing_date_adjustment: str | None
    payment_provider: str
    payment_provider_code: str
    provider_customer_id: str
    sync_with_provider: bool
    skip_invoice_custom_sections: bool
    metadata: list[MetadataEntry]
    tax_codes: list[str]
    invoice_custom_section_codes: list[str]
    billing_entity_code: str


@command
def create_or_update_customer(
    *, organization: Organization, external_id: str, at: datetime, **values: Unpack[CustomerValues]
) -> Customer:
    """The customer of this external id with these values; created when there is none (feature U20).

    Of two calls at once for a new id one creates, the other updates: creation holds the organization's row,
    which also numbers its customers without gaps. Raises ``NotFound`` for an unknown tax or billing entity.
    """
    customer = _locked_customer(organization, external_id)
    if customer is None:
        # Not its key: whoever holds the customer may be writing rows that refer to the organization.
        owner = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        customer = _locked_customer(organization, external_id) or _numbered_customer(owner, external_id, at)
    _apply(customer, dict(values), at)
    return customer


@command
def delete_customer(*, customer: Customer, at: datetime) -> Customer:
    """Hides the customer and frees its external id; the apps that know its agreements end them (feature U26).

    Raises ``NotFound`` when another call was first, so that the deletion is announced once.
    """
    if not locked(Customer.objects.filter(pk=customer.pk, deleted_at__isnull=True)):
        raise NotFound("customer")
    customer.change(at=at, deleted_at=at)
    customer_deleted.send(Customer, customer=customer, at=at)
    return customer


def _locked_customer(organization: Organization, external_id: str) -> Customer | None:
    alive = organization.customers.filter(external_id=external_id, deleted_at__isnull=True)
    return alive.select_related("billing_entity").select_for_update(of=("self",)).first()


def _numbered_customer(owner: Organization, external_id: str, at: datetime) -> Customer:
    owner.change(at=owner.updated_at, last_customer_sequence=owner.last_customer_sequence + 1)
    return Customer(
        organization=owner,
        billing_entity=owner.billing_entities.get(is_default=True),
        external_id=external_id,
        sequential_id=owner.last_customer_sequence,
        created_at=at,
    )


def _apply(customer: Customer, values: dict[str, Any], at: datetime) -> None:
    tax_codes, section_codes = values.pop("tax_codes", None), values.pop("invoice_custom_section_codes", None)
    if "billing_entity_code" in values:
        values["billing_entity"] = _billing_entity(customer, values.pop("billing_entity_code"))
    if "metadata" in values:
        values["metadata"] = merged_metadata(customer.metadata, values["metadata"], at)
    is_new = customer._state.adding
    changed = _write(customer, values, at)
    if tax_codes is not None:
        changed |= _replace_taxes(customer, tax_codes)
        _forget_decision(customer, at)
    if section_codes is not None:
        changed |= _replace_sections(customer, section_codes)
    if apply_eu_rules([customer], at=at):
        changed |= {"taxes"}
    customer_saved.send(Customer, customer=customer, changed=changed, is_new=is_new, at=at)


def _write(customer: Customer, values: dict[str, Any], at: datetime) -> set[str]:
    changed = {name for name, value in values.items() if getattr(customer, name) != value}
    if customer._state.adding:
        for name, value in values.items():
            setattr(customer, name, value)
        customer.save(force_insert=True)
    elif changed:
        customer.change(at=at, **{name: values[name] for name in changed})
    return changed


def _replace_taxes(customer: Customer, codes: Iterable[str]) -> set[str]:
    wanted = taxes_with_codes(customer.organization, codes)
    return {"taxes"} if replace_selection(customer.taxes, wanted) else set()


def _replace_sections(customer: Customer, codes: Iterable[str]) -> set[str]:
    wanted = sections_with_codes(customer.organization, codes)
    is_news = replace_selection(customer.invoice_custom_sections, wanted)
    return {"invoice_custom_sections"} if is_news else set()


def _forget_decision(customer: Customer, at: datetime) -> None:
    """Taxes are chosen by hand now; without any, the EU's rules decide again."""
    if customer.vat_evidence:
        customer.change(at=at, vat_evidence={})


def _billing_entity(customer: Customer, code: str) -> BillingEntity:
    organization = customer.organization
    return billing_entity_by_code(organization, code) if code else organization.billing_entities.get(is_default=True)
