"""Unit amounts and plain decimal text."""

from decimal import ROUND_HALF_UP, Decimal

from billing_site.kernel.money import EXACT

ZERO = Decimal(0)

# What the reference system stores of a unit amount.
_UNIT_AMOUNT_STEP = Decimal("1e-15")


def per_unit(amount: Decimal, units: Decimal) -> Decimal:
    """``amount / units`` to 15 digits after the point, half away from zero; 0 when units are 0 (3-C4).

    ``per_unit(Decimal(200), Decimal(300)) == Decimal("0.666666666666667")``.
    """
    if not units:
        return ZERO
    return EXACT.divide(amount, units).quantize(_UNIT_AMOUNT_STEP, ROUND_HALF_UP, EXACT)


def plain(value: Decimal) -> str:
    """Text without exponent that always keeps a decimal part, as the wire shows decimals: ``"20.0"``, ``"0.15"``."""
    digits = format(value, "f")
    if "." not in digits:
        return f"{digits}.0"
    whole, fraction = digits.split(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}"
