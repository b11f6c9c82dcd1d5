"""Commands on add-ons."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict, Unpack

from billing_site.kernel.commands import command
from customers.models import Organization
from customers.queries import taxes_with_codes
from plans.models import AddOn


class AddOnFields(TypedDict, total=False):
    """What an absent key leaves as it is."""

    name: str
    code: str
    description: str
    invoice_display_name: str
    amount_cents: int
    amount_currency: str


@command
def create_add_on(
    *, organization: Organization, at: datetime, tax_codes: Sequence[str] = (), **fields: Unpack[AddOnFields]
) -> AddOn:
    """A new add-on. Raises ``NotFound`` for an unknown tax; a code already in use breaks ``add_on_code_unique``."""
    add_on = AddOn.objects.create(organization=organization, created_at=at, **fields)
    add_on.taxes.set(taxes_with_codes(organization, tax_codes))
    return add_on


@command
def update_add_on(
    *, add_on: AddOn, at: datetime, tax_codes: Sequence[str] | None = None, **fields: Unpack[AddOnFields]
) -> AddOn:
    """Change an add-on; ``tax_codes``, when given, replace all there are. What was billed stays as it was."""
    add_on.change(at=at, **fields)
    if tax_codes is not None:
        add_on.taxes.set(taxes_with_codes(add_on.organization, tax_codes))
    return add_on


@command
def delete_add_on(*, add_on: AddOn, at: datetime) -> AddOn:
    """Its code is free again; the fixed charges that sell it go on."""
    add_on.change(at=at, deleted_at=at)
    return add_on
