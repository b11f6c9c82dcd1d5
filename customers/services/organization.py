"""Commands on organizations."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Unpack

from billing_site.kernel.commands import command
from customers.document_numbers import default_prefix
from customers.models import ApiKey, Organization
from customers.queries import default_billing_entity
from customers.services.api_key import create_api_key
from customers.services.billing_entity import IssuerValues, create_billing_entity, update_billing_entity

DEFAULT_ENTITY_CODE = "default"
# The organization's own columns; the rest of its settings are those of its default billing entity.
OWN_COLUMNS = ("name", "default_currency", "email_settings")


@dataclass(frozen=True)
class NewOrganization:
    """``api_key_value`` is readable only here: what is stored is its hash."""

    organization: Organization
    api_key: ApiKey
    api_key_value: str


@command
def create_organization(*, name: str, at: datetime, sandbox: bool = False) -> NewOrganization:
    """An organization with its default billing entity and a first API key."""
    return _create(Organization(name=name, sandbox=sandbox, created_at=at))


@command
def start_sandbox(*, live: Organization, at: datetime) -> NewOrganization:
    """An empty sandbox beside the live organization, with a test clock that is not set yet."""
    sandbox = Organization(
        name=live.name,
        sandbox=True,
        live_organization=live,
        default_currency=live.default_currency,
        created_at=at,
    )
    return _create(sandbox)


@command
def update_organization(*, organization: Organization, at: datetime, **values: Unpack[IssuerValues]) -> Organization:
    """Change the organization's settings, which are those of its default billing entity (feature U29)."""
    given: dict[str, Any] = {**values}
    own = {name: given[name] for name in OWN_COLUMNS if name in given}
    if own:
        organization.change(at=at, **own)
    update_billing_entity(billing_entity=default_billing_entity(organization), at=at, **values)
    return organization


def _create(organization: Organization) -> NewOrganization:
    organization.save(force_insert=True)
    create_billing_entity(
        organization=organization,
        code=DEFAULT_ENTITY_CODE,
        name=organization.name,
        is_default=True,
        document_number_prefix=default_prefix(organization.name, organization.id),
        at=organization.created_at,
    )
    key, value = create_api_key(organization=organization, at=organization.created_at)
    return NewOrganization(organization, key, value)
