"""Which tax applies to services sold to a buyer: by the countries of both, and the buyer's number."""

from dataclasses import dataclass
from enum import StrEnum

from customers.eu_vat.numbers import NumberCheck, check_number
from customers.eu_vat.places import Place, place_of
from customers.eu_vat.rates import is_member
from customers.eu_vat.taxes import EXEMPT, REVERSE_CHARGE, region_code, standard_code


class VatRule(StrEnum):
    DOMESTIC = "domestic"
    REVERSE_CHARGE = "reverse_charge"
    CUSTOMER_COUNTRY = "customer_country"
    OUTSIDE_EU = "outside_eu"


@dataclass(frozen=True, slots=True)
class Buyer:
    """``country`` and ``zipcode`` of the billing address, the number as it was given; each may be empty."""

    country: str
    zipcode: str
    tax_identification_number: str


@dataclass(frozen=True, slots=True)
class VatDecision:
    """What was chosen, and from what: enough to say later why."""

    rule: VatRule
    tax_code: str
    seller_country: str
    country: str
    region: str
    number: NumberCheck


def decide(seller_country: str, buyer: Buyer) -> VatDecision:
    """From Germany to a French customer: with a valid number reverse charge, without ``lago_eu_fr_standard``.

    A valid number says in which member state the buyer is, whatever the address; but numbers of regions outside of the
    Union's area of taxation look like those of their country, so there the address does. An unknown country is taken to
    be the seller's.
    """
    number = check_number(buyer.tax_identification_number, buyer.country)
    place = place_of(buyer.country, buyer.zipcode)
    is_business = bool(number.is_valid) and not place.is_region_outside
    country = number.country if is_business else place.country or seller_country
    if country != place.country:
        place = Place(country)
    rule = _rule(seller_country, place, is_business=is_business)
    region = place.region.code if place.region else ""
    return VatDecision(rule, _tax_code(rule, place), seller_country, country, region, number)


def _rule(seller_country: str, place: Place, *, is_business: bool) -> VatRule:
    if place.country == seller_country:
        return VatRule.DOMESTIC
    if not is_member(place.country) or place.is_region_outside:
        return VatRule.OUTSIDE_EU
    return VatRule.REVERSE_CHARGE if is_business else VatRule.CUSTOMER_COUNTRY


def _tax_code(rule: VatRule, place: Place) -> str:
    if rule == VatRule.REVERSE_CHARGE:
        return REVERSE_CHARGE
    if rule == VatRule.OUTSIDE_EU:
        return EXEMPT
    return region_code(place.region) if place.region else standard_code(place.country)
