"""A postal address on the wire."""

from typing import TypedDict

from billing_site.kernel.api.wire import text
from customers.models.address import Address


class AddressWire(TypedDict):
    address_line1: str | None
    address_line2: str | None
    city: str | None
    state: str | None
    zipcode: str | None
    country: str | None


def address_wire(place: Address) -> AddressWire:
    return {
        "address_line1": text(place.address_line1),
        "address_line2": text(place.address_line2),
        "city": text(place.city),
        "state": text(place.state),
        "zipcode": text(place.zipcode),
        "country": text(place.country),
    }


def stored_address_wire(place: dict[str, str]) -> AddressWire:
    """An address that is kept as JSON."""
    return {
        "address_line1": place.get("address_line1") or None,
        "address_line2": place.get("address_line2") or None,
        "city": place.get("city") or None,
        "state": place.get("state") or None,
        "zipcode": place.get("zipcode") or None,
        "country": place.get("country") or None,
    }
