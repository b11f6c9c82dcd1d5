"""Numbers for value added tax: their form and check digits, not whether somebody was given them."""

from dataclasses import dataclass

from stdnum.eu import vat

from customers.eu_vat.rates import is_member

# Greek numbers begin with the language, not the country.
_PREFIX_OF = {"GR": "EL"}
_COUNTRY_OF = {"EL": "GR"}


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """``number`` without blanks and with its prefix, ``country`` of a valid one; ``is_valid`` is None without any."""

    number: str = ""
    country: str = ""
    is_valid: bool | None = None


def check_number(text: str, country: str) -> NumberCheck:
    """``check_number("U 135 85 627", "AT")`` is valid: the prefix may be left out where the country is known.

    Numbers of Northern Ireland (XI) are for goods only, and none here.
    """
    given = "".join(text.split()).upper()
    if not given:
        return NumberCheck()
    prefix = _PREFIX_OF.get(country, country)
    for written in (given, prefix + given):
        if vat.is_valid(written):
            return _valid(vat.compact(written))
    return NumberCheck(given, is_valid=False)


def _valid(number: str) -> NumberCheck:
    prefix = number[:2]
    country = _COUNTRY_OF.get(prefix, prefix)
    return NumberCheck(number, country, is_valid=True) if is_member(country) else NumberCheck(number, is_valid=False)
