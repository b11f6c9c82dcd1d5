"""In which order prepaid credits are used up, inside a wallet and between wallets, and why (W12, 3-W1). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

NEVER = datetime.max.replace(tzinfo=UTC)


class DrawReason(StrEnum):
    """What put credits before the next ones in line."""

    PRIORITY = "priority"
    EXPIRES_FIRST = "expires_first"
    GRANTED_FIRST = "granted_first"
    OLDEST = "oldest"
    ONLY = "only"
    CHOSEN = "chosen"
    EXPIRED = "expired"


# The declared order: of two blocks the first of these in which they differ decides.
BLOCK_ORDER = (DrawReason.PRIORITY, DrawReason.EXPIRES_FIRST, DrawReason.GRANTED_FIRST, DrawReason.OLDEST)
WALLET_ORDER = (DrawReason.PRIORITY, DrawReason.OLDEST)


@dataclass(frozen=True, slots=True)
class CreditBlock:
    """The credits of one settled top-up, of which ``amount_cents`` remain; priority 1 is used before 50."""

    id: UUID
    amount_cents: int
    priority: int
    is_granted: bool
    created_at: datetime
    expires_at: datetime | None = None

    @property
    def place(self) -> tuple[Any, ...]:
        """Compared in the order of ``BLOCK_ORDER``; the id makes it total."""
        return self.priority, self.expires_at or NEVER, not self.is_granted, self.created_at, self.id


class BlockDraw(NamedTuple):
    """What was taken from one block, and why from this one first."""

    block: CreditBlock
    amount_cents: int
    reason: DrawReason


class Drawn(NamedTuple):
    """The draws in order, and the blocks with what remains of them."""

    draws: tuple[BlockDraw, ...]
    blocks_left: tuple[CreditBlock, ...]


def draw_from(blocks: Sequence[CreditBlock], amount_cents: int) -> Drawn:
    """Take ``amount_cents``, at most all there is, from ``blocks`` in the declared order.

    60 of a grant of 30 and a later grant of 50: 30, then 30; of the second 20 remain.
    """
    line = sorted(blocks, key=lambda block: block.place)
    draws, left = [], []
    for position, block in enumerate(line):
        taken = min(block.amount_cents, amount_cents)
        amount_cents -= taken
        if taken:
            reason = _reason(block.place, [each.place for each in line[position + 1 : position + 2]], BLOCK_ORDER)
            draws.append(BlockDraw(block, taken, reason))
        if block.amount_cents > taken:
            left.append(replace(block, amount_cents=block.amount_cents - taken))
    return Drawn(tuple(draws), tuple(left))


def wallet_reason(place: tuple[Any, ...], following: Sequence[tuple[Any, ...]]) -> DrawReason:
    """Why a wallet came before the next one that could have paid; both as ``(priority, created_at, id)``."""
    return _reason(place, following, WALLET_ORDER)


def _reason(place: tuple[Any, ...], following: Sequence[tuple[Any, ...]], order: Sequence[DrawReason]) -> DrawReason:
    if not following:
        return DrawReason.ONLY
    criteria = zip(order, place, following[0], strict=False)
    return next((reason for reason, own, other in criteria if own != other), DrawReason.OLDEST)
