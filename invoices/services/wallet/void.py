"""Credits taken out of a wallet without paying anything (W5)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID

from invoices.billing.ledger import Outflow, write_outflows
from invoices.models import TransactionKind, Wallet, WalletTransaction
from invoices.queries import blocks_of, wallet_transactions_for_wire
from invoices.services.announcements import tell_of_transactions
from invoices.services.wallet.amounts import cents_of, refusal_of
from invoices.settlement import BlockDraw, CreditBlock, DrawReason, draw_from

INSUFFICIENT = "insufficient_credits"


class VoidFields(TypedDict, total=False):
    """``inbound_wallet_transaction_id``: take them from these credits only."""

    voided_credits: Decimal
    inbound_wallet_transaction_id: UUID | None
    name: str
    metadata: list[dict[str, Any]]


def void_refusal(wallet: Wallet, fields: VoidFields) -> str | None:
    credits = fields.get("voided_credits")
    if not credits:
        return None
    available = sum(block.amount_cents for block in _blocks(wallet, fields))
    return INSUFFICIENT if cents_of(wallet, credits) > available else refusal_of(wallet, credits)


def void(wallet: Wallet, fields: VoidFields, *, at: datetime) -> list[WalletTransaction]:
    """Take the credits out of a wallet that the caller holds, in the declared order; none if none are asked for."""
    credits = fields.get("voided_credits")
    if not credits:
        return []
    draws = draw_from(_blocks(wallet, fields), cents_of(wallet, credits)).draws
    if fields.get("inbound_wallet_transaction_id"):
        draws = tuple(draw._replace(reason=DrawReason.CHOSEN) for draw in draws)
    voided = outflow(wallet, draws, name=fields.get("name", ""), metadata=fields.get("metadata", []))
    write_outflows([voided], at=at)
    tell_of_transactions("wallet_transaction.created", [voided.id], organization_id=wallet.organization_id, at=at)
    return list(wallet_transactions_for_wire(WalletTransaction.objects.filter(id=voided.id)))


def void_credits_of(top_up: WalletTransaction, amount_cents: int, *, at: datetime) -> None:
    """Take ``amount_cents`` of the credits of one top-up out, as its refund does (3-N7); its wallet is held."""
    block = next(block for block in blocks_of([top_up.wallet_id])[top_up.wallet_id] if block.id == top_up.id)
    voided = outflow(top_up.wallet, [BlockDraw(block, amount_cents, DrawReason.CHOSEN)])
    write_outflows([voided], at=at)
    tell_of_transactions("wallet_transaction.created", [voided.id], organization_id=top_up.organization_id, at=at)


def outflow(wallet: Wallet, draws: Sequence[BlockDraw], **more: Any) -> Outflow:
    """Credits that leave without paying anything."""
    return Outflow(
        organization_id=wallet.organization_id,
        wallet_id=wallet.id,
        rate=wallet.rate_amount,
        currency=wallet.currency,
        kind=TransactionKind.VOIDED,
        blocks=draws,
        **more,
    )


def _blocks(wallet: Wallet, fields: VoidFields) -> tuple[CreditBlock, ...]:
    blocks = blocks_of([wallet.id]).get(wallet.id, ())
    chosen = fields.get("inbound_wallet_transaction_id")
    return tuple(block for block in blocks if chosen is None or block.id == chosen)
