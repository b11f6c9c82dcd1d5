"""What progressive invoices of the same period billed before is taken off the fees of the same charges (3.10). Pure."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from invoices.settlement.payable import Payable


@dataclass(frozen=True, slots=True)
class ProgressiveBalance:
    """The last progressive invoice of a period: what it billed and was not credited yet, by charge key, in cents."""

    invoice_id: UUID
    amounts_cents: Mapping[Hashable, int]


class ProgressiveDraw(NamedTuple):
    invoice_id: UUID
    amount_cents: int


class Credited(NamedTuple):
    """The draws and what is left of the fees one by one, in cents."""

    draws: tuple[ProgressiveDraw, ...]
    nets: tuple[Decimal, ...]
    left: tuple[ProgressiveBalance, ...]


def apply_progressive(balances: Sequence[ProgressiveBalance], fees: Sequence[Payable]) -> Credited:
    """Each balance lowers the fee of its charge, filter and group, down to 0 (3-Z5, 3-Z6)."""
    nets = [Decimal(fee.amount_cents) for fee in fees]
    draws = []
    for balance in balances:
        amount = 0
        for index, fee in enumerate(fees):
            taken = min(balance.amounts_cents.get(fee.charge_key, 0), int(nets[index]))
            nets[index] -= taken
            amount += taken
        draws.append(ProgressiveDraw(balance.invoice_id, amount))
    return Credited(tuple(draw for draw in draws if draw.amount_cents), tuple(nets), () if draws else tuple(balances))
