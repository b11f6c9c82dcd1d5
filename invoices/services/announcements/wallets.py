"""Wallets and their transactions."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from customers.webhooks import announce
from invoices.models import Wallet, WalletTransaction
from invoices.queries import wallet_transactions_for_wire, wallets_for_wire
from invoices.wire.wallet import wallets_wire
from invoices.wire.wallet_transaction import wallet_transactions_wire


def tell_of_wallets(webhook_type: str, ids: Collection[UUID], *, organization_id: UUID, at: datetime) -> None:
    if ids:
        told = wallets_for_wire(Wallet.objects.filter(id__in=list(ids))).order_by("id")
        announce(webhook_type, lambda: wallets_wire(told), organization_id=organization_id, at=at)


def tell_of_transactions(webhook_type: str, ids: Collection[UUID], *, organization_id: UUID, at: datetime) -> None:
    if ids:
        told = wallet_transactions_for_wire(WalletTransaction.objects.filter(id__in=list(ids))).order_by("id")
        announce(webhook_type, lambda: wallet_transactions_wire(told), organization_id=organization_id, at=at)
