"""Add-ons and fixed charges, through the product's own commands."""

from itertools import count
from typing import Any

from customers.models import Organization
from plans.models import AddOn
from plans.services.add_on import create_add_on

_numbers = count(1)


def an_add_on(organization: Organization, code: str | None = None, **fields: Any) -> AddOn:
    """10.00 EUR when sold once."""
    code = code or f"add-on-{next(_numbers)}"
    fields = {"name": code, "amount_cents": 1000, "amount_currency": "EUR", **fields}
    return create_add_on(organization=organization, at=organization.now(), code=code, **fields)


def a_fixed_charge(add_on: AddOn, units: Any = 10, amount: str = "10", **fields: Any) -> dict[str, Any]:
    """The fields of a standard fixed charge in arrears, not prorated."""
    return {
        "add_on_id": add_on.pk,
        "charge_model": "standard",
        "units": units,
        "properties": {"amount": amount},
        **fields,
    }
