"""A discount spread over the fees that it is for. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from billing_site.kernel.money import EXACT, round_down, round_half_up

# What the reference system keeps of a fee's share (3-K4).
SHARE_PLACES = 5
# Shares are rounded, so sums of what is left may miss whole cents by some 0.00001.
_NOISE_PLACES = 2


def spread(amount_cents: int | Decimal, nets: Sequence[Decimal]) -> list[Decimal]:
    """The part of ``amount_cents`` for each fee, in proportion to what is left of it and never more (3-K4).

    12 cents over 200 and 100: 8 and 4.
    """
    base = sum(nets, Decimal(0))
    if not base:
        return [Decimal(0) for _ in nets]
    return [min(round_half_up(EXACT.divide(amount_cents * net, base), SHARE_PLACES), net) for net in nets]


def whole_cents(net: Decimal) -> int:
    """The whole cents of what is left of fees: 33.66667 gives 33, 99.99999 (a rounded 100) gives 100."""
    return int(round_down(round_half_up(net, _NOISE_PLACES)))
