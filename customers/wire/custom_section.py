"""Custom sections of invoices on the wire."""

from collections.abc import Iterable
from typing import TypedDict

from billing_site.kernel.api.wire import text
from customers.models import InvoiceCustomSection


class InvoiceCustomSectionWire(TypedDict):
    lago_id: str
    code: str
    name: str
    description: str | None
    details: str | None
    display_name: str | None
    applied_to_organization: bool


def section_wire(section: InvoiceCustomSection) -> InvoiceCustomSectionWire:
    """Wants the billing entities loaded (``queries.sections_of``)."""
    return {
        "lago_id": str(section.id),
        "code": section.code,
        "name": section.name,
        "description": text(section.description),
        "details": text(section.details),
        "display_name": text(section.display_name),
        "applied_to_organization": any(entity.is_default for entity in section.billing_entities.all()),
    }


def sections_wire(sections: Iterable[InvoiceCustomSection]) -> list[InvoiceCustomSectionWire]:
    return [section_wire(section) for section in sections]
