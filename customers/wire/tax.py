"""A tax on the wire."""

from collections.abc import Iterable
from typing import TypedDict

from billing_site.kernel.api.wire import instant, rate, text
from customers.models import Tax


class TaxWire(TypedDict):
    lago_id: str
    name: str
    code: str
    rate: float | None
    description: str | None
    applied_to_organization: bool
    applied_to_billing_entities_codes: list[str]
    created_at: str | None


def tax_wire(tax: Tax) -> TaxWire:
    """Wants the billing entities loaded (``queries.taxes_of``)."""
    return {
        "lago_id": str(tax.id),
        "name": tax.name,
        "code": tax.code,
        "rate": rate(tax.rate_percent),
        "description": text(tax.description),
        "applied_to_organization": tax.applied_to_organization,
        "applied_to_billing_entities_codes": [entity.code for entity in tax.billing_entities.all()],
        "created_at": instant(tax.created_at),
    }


def taxes_wire(taxes: Iterable[Tax]) -> list[TaxWire]:
    return [tax_wire(tax) for tax in taxes]
