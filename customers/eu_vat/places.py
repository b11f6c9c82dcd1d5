"""Where a buyer is for value added tax: the member state, and the region where another rate, or none, holds.

Regions outside of the Union's area of taxation are those of Article 6 of Directive 2006/112/EC.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

# A postal code may begin with its country: "F-97400", "AX-22100".
_COUNTRY_PREFIX = re.compile(r"^[A-Z]{1,3}[- ]+")
_SEPARATORS = re.compile(r"[\s.-]")


@dataclass(frozen=True, slots=True)
class Region:
    """``rate_percent`` is what sellers of its own country charge there; ``in_union`` whether the Union's rules hold."""

    country: str
    code: str
    name: str
    postal_codes: str
    rate_percent: Decimal
    in_union: bool = False

    def has(self, country: str, postal_code: str) -> bool:
        return self.country == country and re.fullmatch(self.postal_codes, postal_code) is not None


REGIONS = (
    Region("AT", "jungholz", "Jungholz", "6691", Decimal(19), in_union=True),
    Region("AT", "mittelberg", "Mittelberg", "699[123]", Decimal(19), in_union=True),
    Region("PT", "azores", "Azores", r"9[5-9]\d{2}(\d{3})?", Decimal(16), in_union=True),
    Region("PT", "madeira", "Madeira", r"9[0-4]\d{2}(\d{3})?", Decimal(22), in_union=True),
    Region("DE", "busingen", "Büsingen", "78266", Decimal(0)),
    Region("DE", "heligoland", "Heligoland", "27498", Decimal(0)),
    Region("ES", "canary_islands", "Canary Islands", r"3[58]\d{3}", Decimal(0)),
    Region("ES", "ceuta", "Ceuta", r"51\d{3}", Decimal(0)),
    Region("ES", "melilla", "Melilla", r"52\d{3}", Decimal(0)),
    Region("FI", "aland", "Åland", r"22\d{3}", Decimal(0)),
    Region("FR", "guadeloupe", "Guadeloupe", r"971\d{2}", Decimal("8.5")),
    Region("FR", "martinique", "Martinique", r"972\d{2}", Decimal("8.5")),
    Region("FR", "guyane", "French Guiana", r"973\d{2}", Decimal(0)),
    Region("FR", "reunion", "Réunion", r"974\d{2}", Decimal("8.5")),
    Region("FR", "mayotte", "Mayotte", r"976\d{2}", Decimal(0)),
    Region("GR", "mount_athos", "Mount Athos", "6308[67]", Decimal(0)),
    Region("IT", "livigno", "Livigno", "23030|23041", Decimal(0)),
    Region("IT", "campione", "Campione d'Italia", "2206[01]", Decimal(0)),
)

# Countries of ISO 3166 that are, for this tax, part of a member state; some of them are regions of their own.
PART_OF = {"MC": "FR", "GP": "FR", "MQ": "FR", "GF": "FR", "RE": "FR", "YT": "FR", "AX": "FI"}
_REGION_NAMED = {
    "GP": "guadeloupe",
    "MQ": "martinique",
    "GF": "guyane",
    "RE": "reunion",
    "YT": "mayotte",
    "AX": "aland",
}


@dataclass(frozen=True, slots=True)
class Place:
    """``country`` is empty when it is not known."""

    country: str
    region: Region | None = None

    @property
    def is_region_outside(self) -> bool:
        return self.region is not None and not self.region.in_union


def place_of(country: str, postal_code: str) -> Place:
    """``place_of("ES", "35001")`` is the Canary Islands, ``place_of("RE", "")`` Réunion, a part of France."""
    of = PART_OF.get(country, country)
    named = _REGION_NAMED.get(country)
    plain = _SEPARATORS.sub("", _COUNTRY_PREFIX.sub("", postal_code.strip().upper()))
    found = (each for each in REGIONS if (each.code == named if named else each.has(of, plain)))
    return Place(of, next(found, None))
