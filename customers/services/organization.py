"""Commands on organizations."""

from dataclasses import dataclass
from datetime import datetime

from billing_site.kernel.commands import command
from customers.models import ApiKey, BillingEntity, Organization
from customers.services.api_key import create_api_key

PREFIX_LETTERS = 3
PREFIX_ID_CHARACTERS = 4


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


def document_number_prefix(name: str, id_text: str) -> str:
    """Three letters of the name and four characters of the id: ``"ACM-1F3C"`` (3-I1)."""
    letters = name[:PREFIX_LETTERS].upper()
    return f"{letters}-{id_text[-PREFIX_ID_CHARACTERS:].upper()}"


def _create(organization: Organization) -> NewOrganization:
    organization.save(force_insert=True)
    BillingEntity.objects.create(
        organization=organization,
        code="default",
        name=organization.name,
        is_default=True,
        default_currency=organization.default_currency,
        document_number_prefix=document_number_prefix(organization.name, str(organization.id)),
        created_at=organization.created_at,
    )
    key, value = create_api_key(organization=organization, at=organization.created_at)
    return NewOrganization(organization, key, value)
