"""What progressive invoices of the same period billed before is taken off the fees of the same charges (3.10). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from billing_site.kernel.money import EXACT, round_half_up
from invoices.settlement.payable import ChargeKey, Payable
from invoices.settlement.shares import SHARE_PLACES, spread


@dataclass(frozen=True, slots=True)
class ProgressiveBalance:
    """The last progressive invoice of a period: what it billed by charge key, and how much of that is to be credited.

    ``amount_cents`` is less than its fees by its coupons and by what was credited of it already (3-Z4).
    """

    invoice_id: UUID
    amount_cents: int
    billed_cents: Mapping[ChargeKey, int]


class ProgressiveDraw(NamedTuple):
    """``excess_cents`` is what the fees of the invoice left no room for (3-Z5)."""

    invoice_id: UUID
    amount_cents: int
    excess_cents: int = 0


class Credited(NamedTuple):
    """The draws and what is left of the fees one by one, in cents."""

    draws: tuple[ProgressiveDraw, ...]
    nets: tuple[Decimal, ...]


def apply_progressive(balances: Sequence[ProgressiveBalance], fees: Sequence[Payable]) -> Credited:
    """Each balance lowers the fees of its charges, at most down to 0: first those of the same filter and group (3-Z6).

    Of 150 cents that were billed for two charges as 100 and 50, which now come to 80 and 90: 80 and 70 are credited.
    """
    nets = [Decimal(fee.amount_cents) for fee in fees]
    draws: list[ProgressiveDraw] = []
    for balance in balances:
        charges = {key.charge for key in balance.billed_cents}
        own = [index for index, fee in enumerate(fees) if fee.charge_key and fee.charge_key.charge in charges]
        amount = min(balance.amount_cents, sum(fees[index].amount_cents for index in own))
        for index, share in zip(own, _shares(amount, balance, [fees[index] for index in own]), strict=True):
            nets[index] -= share
        draws.append(ProgressiveDraw(balance.invoice_id, amount, balance.amount_cents - amount))
    return Credited(tuple(draws), tuple(nets))


def _shares(amount_cents: int, balance: ProgressiveBalance, fees: Sequence[Payable]) -> list[Decimal]:
    billed = sum(balance.billed_cents.values())
    shares = []
    for fee in fees:
        before = balance.billed_cents.get(fee.charge_key, 0) if fee.charge_key else 0
        part = round_half_up(EXACT.divide(Decimal(amount_cents * before), Decimal(billed or 1)), SHARE_PLACES)
        shares.append(min(part, Decimal(fee.amount_cents)))
    rest = amount_cents - sum(shares, Decimal(0))
    room = [fee.amount_cents - share for fee, share in zip(fees, shares, strict=True)]
    return [share + more for share, more in zip(shares, spread(rest, room), strict=True)]
