"""Rows of the ``customers`` app, through the product's own commands, with everything given that a test leaves out."""

from datetime import datetime
from itertools import count
from typing import Any

from customers.models import Customer, Organization, Tax
from customers.services.customer import create_or_update_customer
from customers.services.organization import create_organization
from customers.services.tax import create_tax
from tests.support.clock import instant

START = instant("2024-01-01")
_numbers = count(1)


def an_organization(name: str = "Acme", *, sandbox: bool = True, at: datetime = START) -> Organization:
    """A sandbox whose clock stands at ``at``; a live organization has the wall clock."""
    organization = create_organization(name=name, sandbox=sandbox, at=at).organization
    if sandbox:
        organization.change(at=at, test_clock_at=at)
    return organization


def a_customer(organization: Organization, external_id: str | None = None, **values: Any) -> Customer:
    return create_or_update_customer(
        organization=organization,
        external_id=external_id or f"customer-{next(_numbers)}",
        at=values.pop("at", organization.now()),
        **values,
    )


def a_tax(organization: Organization, code: str = "vat", rate_percent: Any = 20, **values: Any) -> Tax:
    values = {"name": code.upper(), "at": organization.now(), **values}
    return create_tax(organization=organization, code=code, rate_percent=rate_percent, **values)
