"""Credits put into a wallet or taken out of it by hand."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack
from uuid import UUID

from billing_site.kernel.commands import command
from billing_site.kernel.errors import ValidationFailed
from billing_site.kernel.jobs import enqueue
from customers.models import Organization
from invoices.billing.top_ups import TopUp
from invoices.models import LOWEST_PRIORITY, TransactionKind, Wallet, WalletTransaction
from invoices.services.wallet.amounts import cents_of, refusal_of
from invoices.services.wallet.locking import locked_wallet_named
from invoices.services.wallet.recording import record_and_tell
from invoices.services.wallet.void import VoidFields, void, void_refusal


class TopUpFields(TypedDict, total=False):
    """Credits to come in, paid or granted. ``expires_at``: from then on what is left of them is lost."""

    paid_credits: Decimal
    granted_credits: Decimal
    name: str
    metadata: list[dict[str, Any]]
    priority: int
    expires_at: datetime | None
    purchase_order_number: str
    invoice_requires_successful_payment: bool
    ignore_paid_top_up_limits: bool


class TransactionFields(TopUpFields, VoidFields, total=False):
    """What one call may ask for, all of it or nothing."""


@command
def create_wallet_transactions(
    *, organization: Organization, wallet_id: UUID | None, at: datetime, **fields: Unpack[TransactionFields]
) -> list[WalletTransaction]:
    """Put credits in and take credits out: one transaction for each kind that is asked for (3-W6).

    Raises ``ValidationFailed`` for an unknown or terminated wallet, credits that round to nothing, are outside the
    wallet's limits or more than there are.
    """
    wallet = locked_wallet_named(organization, wallet_id)
    refusals = _refusals(wallet, fields)
    if wrong := void_refusal(wallet, fields):
        refusals["voided_credits"] = [wrong]
    if refusals:
        raise ValidationFailed(refusals)
    made = top_up(wallet, fields, at=at) + void(wallet, fields, at=at)
    if fields.get("voided_credits"):
        enqueue("invoices.tasks.refresh_wallets", wallet.customer_id, inline=organization.sandbox)
    return made


def top_up(wallet: Wallet, fields: TopUpFields, *, at: datetime) -> list[WalletTransaction]:
    """The same for a wallet that the caller holds. Raises ``ValidationFailed``."""
    refusals = _refusals(wallet, fields)
    if refusals:
        raise ValidationFailed(refusals)
    top_ups = list(_top_ups(wallet, fields, at))
    return record_and_tell(top_ups, at=at)


def _refusals(wallet: Wallet, fields: TopUpFields) -> dict[str, list[str]]:
    is_limited = not fields.get("ignore_paid_top_up_limits", False)
    found = {
        "paid_credits": refusal_of(wallet, fields.get("paid_credits"), is_limited=is_limited),
        "granted_credits": refusal_of(wallet, fields.get("granted_credits")),
    }
    return {name: [code] for name, code in found.items() if code}


def _top_ups(wallet: Wallet, fields: TopUpFields, at: datetime) -> Iterator[TopUp]:
    asked = (
        (TransactionKind.PURCHASED, fields.get("paid_credits")),
        (TransactionKind.GRANTED, fields.get("granted_credits")),
    )
    expires_at = fields.get("expires_at")
    if expires_at is not None and expires_at <= at:
        raise ValidationFailed(expires_at=["invalid_date"])
    for kind, credits in asked:
        if credits:
            yield TopUp(
                wallet=wallet,
                amount_cents=cents_of(wallet, credits),
                kind=kind,
                priority=fields.get("priority", LOWEST_PRIORITY),
                name=fields.get("name", ""),
                metadata=fields.get("metadata", []),
                expires_at=expires_at,
                purchase_order_number=fields.get("purchase_order_number", ""),
                invoice_requires_successful_payment=_is_gated(wallet, fields, kind),
            )


def _is_gated(wallet: Wallet, fields: TopUpFields, kind: TransactionKind) -> bool:
    asked = fields.get("invoice_requires_successful_payment", wallet.invoice_requires_successful_payment)
    return kind == TransactionKind.PURCHASED and asked
