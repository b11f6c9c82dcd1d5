"""An add-on on the wire."""

from collections.abc import Iterable
from typing import TypedDict

from billing_site.kernel.api.wire import instant, text
from customers.wire.tax import TaxWire, taxes_wire
from plans.models import AddOn


class AddOnWire(TypedDict):
    lago_id: str
    name: str
    invoice_display_name: str | None
    code: str
    amount_cents: int
    amount_currency: str
    description: str | None
    created_at: str | None
    taxes: list[TaxWire]


def add_on_wire(add_on: AddOn) -> AddOnWire:
    """Wants ``queries.add_ons_of``."""
    return {
        "lago_id": str(add_on.id),
        "name": add_on.name,
        "invoice_display_name": text(add_on.invoice_display_name),
        "code": add_on.code,
        "amount_cents": add_on.amount_cents,
        "amount_currency": add_on.amount_currency,
        "description": text(add_on.description),
        "created_at": instant(add_on.created_at),
        "taxes": taxes_wire(add_on.taxes.all()),
    }


def add_ons_wire(add_ons: Iterable[AddOn]) -> list[AddOnWire]:
    return [add_on_wire(add_on) for add_on in add_ons]
