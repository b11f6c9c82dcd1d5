"""Wallets on one invoice: prepaid credits pay what is left after credit notes (3.16). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID


@dataclass(frozen=True, slots=True)
class WalletBalance:
    """A wallet with something left to pay with; balances come in order of priority, then age (3-W1)."""

    id: UUID
    currency: str
    balance_cents: int


class WalletDraw(NamedTuple):
    wallet_id: UUID
    amount_cents: int


class Prepaid(NamedTuple):
    draws: tuple[WalletDraw, ...]
    left: tuple[WalletBalance, ...]


def apply_wallets(due_cents: int, wallets: Sequence[WalletBalance], currency: str) -> Prepaid:
    """Pay ``due_cents`` from ``wallets`` of the invoice's currency; one draw for each wallet (3-W3)."""
    draws, left = [], []
    for wallet in wallets:
        amount = min(wallet.balance_cents, due_cents) if wallet.currency == currency else 0
        due_cents -= amount
        if amount:
            draws.append(WalletDraw(wallet.id, amount))
        if wallet.balance_cents > amount:
            left.append(replace(wallet, balance_cents=wallet.balance_cents - amount))
    return Prepaid(tuple(draws), tuple(left))
