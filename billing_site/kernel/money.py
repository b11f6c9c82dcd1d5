"""Money: minor units of a currency, and the one rounding function.

"Cents" always means the currency's smallest unit (JPY has none below 1, KWD has three digits).
In flight amounts are ``Decimal``; a float is refused.
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

# ISO 4217 minor units that are not 2.
_EXPONENTS: dict[str, int] = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX"), 0),
    **dict.fromkeys(("VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    "CLF": 4,
}

# Wide enough for any product of inputs we accept; the default context would round at 28 digits.
PRECISION = 100
# What a ``precise_*`` column holds after the point (3-C1).
PRECISE_PLACES = 15
EXACT = Context(prec=PRECISION)


def exponent(currency: str) -> int:
    """Digits after the point in ``currency``: JPY 0, USD 2, KWD 3."""
    return _EXPONENTS.get(currency, 2)


def round_half_up(value: Decimal, places: int = 0) -> Decimal:
    """Round half away from zero to ``places`` digits after the point (negative: before it).

    Lago's rounding everywhere (Ruby ``round``), never banker's. ``round_half_up(Decimal("2.5")) == 3``.
    """
    return _quantized(value, places, ROUND_HALF_UP)


def round_up(value: Decimal, places: int = 0) -> Decimal:
    """Round towards positive infinity (Ruby ``ceil``), as prorated units are: 3-G9."""
    return _quantized(value, places, ROUND_CEILING)


def round_down(value: Decimal, places: int = 0) -> Decimal:
    """Round towards negative infinity (Ruby ``floor``)."""
    return _quantized(value, places, ROUND_FLOOR)


def to_cents(amount: Decimal, currency: str) -> int:
    """Currency units to whole cents, rounded once, half away from zero (3-C1).

    ``to_cents(Decimal("45.149935"), "USD") == 4515``.
    """
    return int(round_half_up(amount.scaleb(exponent(currency), EXACT)))


def to_precise_cents(amount: Decimal, currency: str) -> Decimal:
    """Currency units to cents with the 15 digits that are stored: 45.149935 USD is 4514.9935."""
    return round_half_up(amount.scaleb(exponent(currency), EXACT), PRECISE_PLACES)


def to_units(amount_cents: int | Decimal, currency: str) -> Decimal:
    """Cents to currency units, exactly: ``to_units(4515, "USD") == Decimal("45.15")``."""
    return Decimal(amount_cents).scaleb(-exponent(currency), EXACT)


def _quantized(value: Decimal, places: int, rounding: str) -> Decimal:
    if not value.is_finite():
        raise ValueError(f"not a finite number: {value}")
    return value.quantize(_STEPS.get(places) or _step(places), rounding, EXACT)


def _step(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


_STEPS = {places: _step(places) for places in range(PRECISE_PLACES + 1)}
