"""Why the EU's rules chose a tax, on the wire: an extension."""

from collections.abc import Mapping
from typing import Any, TypedDict


class VatEvidenceWire(TypedDict):
    """``checked_by`` says how the number was looked at: its form and check digits, not a register."""

    rule: str
    tax_code: str
    seller_country: str
    customer_country: str
    customer_zipcode: str
    taxed_country: str
    region: str
    tax_identification_number: str
    number_is_valid: bool | None
    number_country: str
    checked_by: str
    checked_at: str


def vat_evidence_wire(evidence: Mapping[str, Any]) -> VatEvidenceWire | None:
    """``evidence`` as it is kept with customers and invoices; None where nothing was decided."""
    if not evidence:
        return None
    return VatEvidenceWire(**{name: evidence[name] for name in VatEvidenceWire.__annotations__})  # type: ignore[typeddict-item]
