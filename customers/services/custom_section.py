"""Commands on custom sections of invoices."""

from datetime import datetime
from typing import TypedDict, Unpack

from billing_site.kernel.commands import command
from customers.models import InvoiceCustomSection, Organization


class SectionValues(TypedDict, total=False):
    """What an absent key leaves as it is."""

    code: str
    name: str
    description: str
    display_name: str
    details: str


@command
def create_section(
    *, organization: Organization, at: datetime, applied_to_organization: bool = False, **values: Unpack[SectionValues]
) -> InvoiceCustomSection:
    """A new section; ``applied_to_organization`` picks it for the default billing entity. Raises on a code in use."""
    section = InvoiceCustomSection.objects.create(organization=organization, created_at=at, **values)
    _pick(section, applied_to_organization)
    return section


@command
def update_section(
    *,
    section: InvoiceCustomSection,
    at: datetime,
    applied_to_organization: bool | None = None,
    **values: Unpack[SectionValues],
) -> InvoiceCustomSection:
    """Change a section. Invoices that are final keep the text that they have."""
    section.change(at=at, **values)
    if applied_to_organization is not None:
        _pick(section, applied_to_organization)
    return section


@command
def delete_section(*, section: InvoiceCustomSection, at: datetime) -> InvoiceCustomSection:
    """Taken off everyone; its code is free again. Invoices keep the text that they have."""
    section.change(at=at, deleted_at=at)
    section.customers.clear()
    section.billing_entities.clear()
    return section


def _pick(section: InvoiceCustomSection, for_everyone: bool) -> None:
    entity = section.organization.billing_entities.get(is_default=True)
    if for_everyone:
        section.billing_entities.add(entity)
    else:
        section.billing_entities.remove(entity)
