"""Prepaid credits on one invoice: what each wallet may pay, in which order, and from which credits (3.16). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from billing_site.kernel.money import EXACT, round_half_up
from invoices.settlement.credit_order import BlockDraw, CreditBlock, DrawReason, draw_from, wallet_reason


class Bucket(NamedTuple):
    """The part of an invoice that limits of wallets tell apart: fees of a type and, for usage, of a metric."""

    fee_type: str
    metric_id: UUID | None = None


Owed = dict[Bucket, int]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a wallet pays: everything, or fees of these types *or* these metrics (W9)."""

    fee_types: frozenset[str] = frozenset()
    metric_ids: frozenset[UUID] = frozenset()

    def pays(self, bucket: Bucket) -> bool:
        if not self.fee_types and not self.metric_ids:
            return True
        return bucket.fee_type in self.fee_types or bucket.metric_id in self.metric_ids

    def takes(self, owed: Owed, most_cents: int | None = None) -> int:
        """Pay what matches out of ``owed``, which shrinks, up to ``most_cents``; the cents paid."""
        paid = 0
        for bucket, amount in owed.items():
            share = amount if most_cents is None else min(amount, most_cents - paid)
            if share > 0 and self.pays(bucket):
                owed[bucket] -= share
                paid += share
        return paid


@dataclass(frozen=True, slots=True)
class WalletBalance:
    """An active wallet and the credits left in it; ``rate`` is the price of one in currency units."""

    id: UUID
    currency: str
    rate: Decimal
    priority: int
    created_at: datetime
    scope: Scope = Scope()
    blocks: tuple[CreditBlock, ...] = ()

    @property
    def balance_cents(self) -> int:
        return sum(block.amount_cents for block in self.blocks)

    @property
    def place(self) -> tuple[Any, ...]:
        """Priority 1 first, then the oldest (3-W1)."""
        return self.priority, self.created_at, self.id


class WalletDraw(NamedTuple):
    """What one wallet paid of an invoice, from which credits, and why it came before the next wallet (3-W3)."""

    wallet: WalletBalance
    amount_cents: int
    blocks: tuple[BlockDraw, ...]
    reason: DrawReason

    @property
    def granted_cents(self) -> int:
        return sum(draw.amount_cents for draw in self.blocks if draw.block.is_granted)


class Prepaid(NamedTuple):
    """The draws on one invoice, and the wallets as they are for the customer's next one."""

    draws: tuple[WalletDraw, ...]
    wallets_left: tuple[WalletBalance, ...]

    @property
    def amount_cents(self) -> int:
        return sum(draw.amount_cents for draw in self.draws)


def owed_by_bucket(values: Sequence[tuple[Bucket, Decimal]], total_cents: int, noted_cents: int = 0) -> Owed:
    """What is due of an invoice in whole cents by bucket, the largest first (3-W2).

    ``values`` are the fees with tax, unrounded; ``noted_cents`` of ``total_cents`` are paid with credit notes, which
    lower all in proportion. What rounding misses goes to the largest: 1.4 and 1.4 cents of an invoice of 3 are 2 and 1.
    """
    exact: dict[Bucket, Decimal] = {}
    for bucket, value in values:
        exact[bucket] = exact.get(bucket, Decimal(0)) + value
    due_cents = total_cents - noted_cents
    if due_cents <= 0 or not any(exact.values()):
        return {}
    ordered = sorted(exact, key=lambda bucket: -exact[bucket])
    owed = {bucket: int(round_half_up(EXACT.divide(exact[bucket] * due_cents, total_cents))) for bucket in ordered}
    missing = due_cents - sum(owed.values())
    for bucket in ordered:
        change = max(missing, -owed[bucket])
        owed[bucket] += change
        missing -= change
    return owed


def apply_wallets(wallets: Sequence[WalletBalance], owed: Mapping[Bucket, int], currency: str) -> Prepaid:
    """Pay what is ``owed`` from wallets of the invoice's currency, each once, until nothing is left (3-W1 … 3-W3)."""
    if not wallets:
        return Prepaid((), ())
    remaining, draws = dict(owed), []
    usable = sorted(
        (each for each in wallets if each.currency == currency and each.blocks), key=lambda each: each.place
    )
    left = {wallet.id: wallet for wallet in wallets}
    for position, wallet in enumerate(usable):
        able = [other.place for other in usable[position + 1 :] if any(map(other.scope.pays, _unpaid(remaining)))]
        paid = wallet.scope.takes(remaining, wallet.balance_cents)
        if paid:
            taken, blocks = draw_from(wallet.blocks, paid)
            draws.append(WalletDraw(wallet, paid, taken, wallet_reason(wallet.place, able)))
            left[wallet.id] = replace(wallet, blocks=blocks)
    return Prepaid(tuple(draws), tuple(left.values()))


def _unpaid(owed: Mapping[Bucket, int]) -> list[Bucket]:
    return [bucket for bucket, amount in owed.items() if amount]


@dataclass(frozen=True, slots=True)
class OngoingWallet:
    """A wallet against usage that is not billed yet; ``absorbs``: it is topped up by a threshold (3-W8)."""

    id: UUID
    balance_cents: int
    scope: Scope = Scope()
    absorbs: bool = False


def ongoing_usage(wallets: Sequence[OngoingWallet], owed: Mapping[Bucket, int]) -> dict[UUID, int]:
    """The cents of unbilled usage that fall on each wallet; ``wallets`` in the order in which they pay (3-W8).

    As on an invoice, but one that absorbs takes all that it may pay, and what exceeds all balances goes to the last
    wallet that may pay it. 100 of usage on 20, 30 and 40: 20, 30 and 50.
    """
    remaining = {bucket: amount for bucket, amount in owed.items() if amount > 0}
    remaining = dict(sorted(remaining.items(), key=lambda item: -item[1]))
    used = {each.id: each.scope.takes(remaining, None if each.absorbs else each.balance_cents) for each in wallets}
    for each in reversed(wallets):
        used[each.id] += each.scope.takes(remaining)
    return used
