"""Issuer and customer of a document, read from what the invoice kept of them."""

from collections.abc import Iterator, Mapping

from billing_site.kernel.formatting import locale_named
from invoices.documents.content import PaperSize, Party

Snapshot = Mapping[str, str]

# Where letters are 8½ × 11 inches.
_LETTER_COUNTRIES = frozenset({"US", "CA", "MX", "PH", "CL", "CO", "VE"})


def party_of(snapshot: Snapshot, locale: str) -> Party:
    """A kept issuer or customer; one without a name goes by its person's, its legal name or its external id."""
    person = f"{snapshot.get('firstname', '')} {snapshot.get('lastname', '')}".strip()
    legal_name = snapshot.get("legal_name", "")
    return Party(
        name=snapshot.get("name") or person or legal_name or snapshot.get("external_id", ""),
        legal_name=legal_name,
        address_lines=tuple(_address_lines(snapshot, locale)),
        tax_identification_number=snapshot.get("tax_identification_number", ""),
        email=snapshot.get("email", ""),
    )


def paper_of(issuer: Snapshot) -> PaperSize:
    return PaperSize.LETTER if issuer.get("country") in _LETTER_COUNTRIES else PaperSize.A4


def _address_lines(snapshot: Snapshot, locale: str) -> Iterator[str]:
    country = snapshot.get("country", "")
    lines = (
        snapshot.get("address_line1", ""),
        snapshot.get("address_line2", ""),
        _city_line(snapshot),
        locale_named(locale).territories.get(country, country),
    )
    return (line for line in lines if line)


def _city_line(snapshot: Snapshot) -> str:
    """``"75010 Paris"``, or with a state ``"Springfield, IL 62701"``."""
    city, state, zipcode = (snapshot.get(key, "") for key in ("city", "state", "zipcode"))
    if not state:
        return f"{zipcode} {city}".strip()
    return ", ".join(part for part in (city, f"{state} {zipcode}".strip()) if part)
