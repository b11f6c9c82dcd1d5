"""The taxes that the rules choose from, with the reference system's codes (T3)."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from customers.eu_vat.places import REGIONS, Region
from customers.eu_vat.rates import RATES_AS_OF, STANDARD_RATES

REVERSE_CHARGE = "lago_eu_reverse_charge"
EXEMPT = "lago_eu_tax_exempt"


@dataclass(frozen=True, slots=True)
class EuTax:
    code: str
    name: str
    rate_percent: Decimal
    description: str


def standard_code(country: str) -> str:
    """``lago_eu_fr_standard``"""
    return f"lago_eu_{country.lower()}_standard"


def region_code(region: Region) -> str:
    """``lago_eu_fr_exception_reunion``"""
    return f"lago_eu_{region.country.lower()}_exception_{region.code}"


@cache
def eu_taxes() -> dict[str, EuTax]:
    """All of them by code: those of no member state, one for each member state, one for each region."""
    as_of = f"rate as of {RATES_AS_OF:%Y-%m-%d}"
    taxes = [
        EuTax(REVERSE_CHARGE, "Reverse charge", Decimal(0), "The customer accounts for the tax."),
        EuTax(EXEMPT, "Tax exempt", Decimal(0), "Outside the scope of value added tax in the European Union."),
        *(
            EuTax(standard_code(country), f"VAT {country}", rate, f"Standard {as_of}")
            for country, rate in STANDARD_RATES.items()
        ),
        *(
            EuTax(
                region_code(region), f"VAT {region.country} ({region.name})", region.rate_percent, f"Regional {as_of}"
            )
            for region in REGIONS
        ),
    ]
    return {tax.code: tax for tax in taxes}
