"""The standard rates of the member states, in percent, as they were in force on ``RATES_AS_OF``."""

from datetime import date
from decimal import Decimal

RATES_AS_OF = date(2026, 1, 1)

STANDARD_RATES: dict[str, Decimal] = {
    "AT": Decimal(20),
    "BE": Decimal(21),
    "BG": Decimal(20),
    "CY": Decimal(19),
    "CZ": Decimal(21),
    "DE": Decimal(19),
    "DK": Decimal(25),
    "EE": Decimal(24),
    "ES": Decimal(21),
    "FI": Decimal("25.5"),
    "FR": Decimal(20),
    "GR": Decimal(24),
    "HR": Decimal(25),
    "HU": Decimal(27),
    "IE": Decimal(23),
    "IT": Decimal(22),
    "LT": Decimal(21),
    "LU": Decimal(17),
    "LV": Decimal(21),
    "MT": Decimal(18),
    "NL": Decimal(21),
    "PL": Decimal(23),
    "PT": Decimal(23),
    "RO": Decimal(21),
    "SE": Decimal(25),
    "SI": Decimal(22),
    "SK": Decimal(23),
}


def is_member(country: str) -> bool:
    return country in STANDARD_RATES
