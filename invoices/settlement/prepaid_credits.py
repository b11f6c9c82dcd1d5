"""Credits and the money they stand for (3-W5). Pure. ``rate`` is the price of a credit in currency units."""

from decimal import Decimal

from billing_site.kernel.money import EXACT, round_down, round_half_up, to_cents, to_units

CREDIT_PLACES = 5


def worth_cents(credits: Decimal, rate: Decimal, currency: str) -> int:
    """The whole cents of so many credits, of which only five digits after the point count.

    17.96999999 credits at 1 EUR are 17.96999, so 1,797 cents; 4.39999 credits at 1 JPY are 4.
    """
    return to_cents(EXACT.multiply(round_down(credits, CREDIT_PLACES), rate), currency)


def credits_worth(amount_cents: int, rate: Decimal, currency: str) -> Decimal:
    """The credits that whole cents stand for, to five digits: 1,000 cents at 3 EUR are 3.33333 credits."""
    return round_half_up(EXACT.divide(to_units(amount_cents, currency), rate), CREDIT_PLACES)
