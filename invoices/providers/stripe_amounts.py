"""Amounts as Stripe counts them: mostly the currency's smallest unit, with a few exceptions of its own."""

from decimal import Decimal

from billing_site.kernel.money import to_units
from invoices.providers.interface import ProviderRefused

# Digits after the point where Stripe's differ from ISO 4217's.
DIGITS = {"ISK": 2, "UGX": 2, "MGA": 0}


def stripe_amount(amount_cents: int, currency: str) -> int:
    """10.50 EUR (1050) is 1050; 500 ISK (500) is 50000. Raises ``ProviderRefused`` for what Stripe cannot take."""
    if currency not in DIGITS:
        return amount_cents
    amount = to_units(amount_cents, currency) * Decimal(10) ** DIGITS[currency]
    if amount != int(amount):
        raise ProviderRefused("invalid_amount", f"Stripe takes no parts of a unit in {currency}.")
    return int(amount)
