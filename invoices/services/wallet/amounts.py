"""Credits that were asked for, as whole cents within the wallet's limits (3-W5, W7)."""

from decimal import Decimal

from invoices.models import Wallet
from invoices.settlement import worth_cents

ROUNDS_TO_ZERO = "amount_rounds_to_zero"
BELOW_MINIMUM = "amount_below_minimum"
ABOVE_MAXIMUM = "amount_above_maximum"


def cents_of(wallet: Wallet, credits: Decimal) -> int:
    return worth_cents(credits, wallet.rate_amount, wallet.currency)


def refusal_of(wallet: Wallet, credits: Decimal | None, *, is_limited: bool = False) -> str | None:
    """Why these credits cannot come in or go out; nothing is asked for with None or 0.

    ``is_limited``: they are paid, so the wallet's least and most amounts of a top-up hold.
    """
    if not credits:
        return None
    amount_cents = cents_of(wallet, credits)
    if not amount_cents:
        return ROUNDS_TO_ZERO
    return limit_broken(wallet, amount_cents) if is_limited else None


def limit_broken(wallet: Wallet, amount_cents: int) -> str | None:
    least, most = wallet.paid_top_up_min_amount_cents, wallet.paid_top_up_max_amount_cents
    if least is not None and amount_cents < least:
        return BELOW_MINIMUM
    if most is not None and amount_cents > most:
        return ABOVE_MAXIMUM
    return None
