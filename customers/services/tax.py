"""Commands on taxes."""

from datetime import datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from billing_site.kernel.commands import command
from customers.models import Organization, Tax
from customers.signals import taxes_changed


class TaxValues(TypedDict, total=False):
    """What an absent key leaves as it is."""

    name: str
    code: str
    rate_percent: Decimal
    description: str
    applied_to_organization: bool


@command
def create_tax(*, organization: Organization, at: datetime, **values: Unpack[TaxValues]) -> Tax:
    """A new tax; ``applied_to_organization`` puts it on the default billing entity. Raises on a code that is taken."""
    tax = Tax.objects.create(organization=organization, created_at=at, **values)
    if tax.applied_to_organization:
        _apply_to_default_entity(tax)
        taxes_changed.send(Tax, organization=organization, at=at)
    return tax


@command
def update_tax(*, tax: Tax, at: datetime, **values: Unpack[TaxValues]) -> Tax:
    """Change a tax. Finalized invoices keep the rate they had, drafts follow."""
    was_applied = tax.applied_to_organization
    tax.change(at=at, **values)
    if tax.applied_to_organization != was_applied:
        _apply_to_default_entity(tax)
    taxes_changed.send(Tax, organization=tax.organization, at=at)
    return tax


@command
def delete_tax(*, tax: Tax, at: datetime) -> Tax:
    """Takes the tax from everyone; its code is free again. Invoices keep the lines they have."""
    tax.change(at=at, deleted_at=at)
    tax.customers.clear()
    tax.billing_entities.clear()
    taxes_changed.send(Tax, organization=tax.organization, at=at)
    return tax


def _apply_to_default_entity(tax: Tax) -> None:
    entity = tax.organization.billing_entities.get(is_default=True)
    if tax.applied_to_organization:
        tax.billing_entities.add(entity)
    else:
        tax.billing_entities.remove(entity)
