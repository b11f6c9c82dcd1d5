"""Wallets as balances, and what drafts drew from them as rows of their ledgers."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from invoices.billing.drafts import InvoiceDraft
from invoices.billing.ledger import Outflow, write_outflows
from invoices.models import TransactionKind, Wallet, WalletStatus
from invoices.queries import active_wallets_of, blocks_of, metrics_of_wallets
from invoices.settlement import Scope, WalletBalance


def load_wallets(customer_ids: Collection[UUID]) -> dict[UUID, tuple[WalletBalance, ...]]:
    """By customer, the active wallets with credits left, in the order in which they pay; three queries."""
    wallets = list(active_wallets_of(customer_ids).filter(balance_cents__gt=0))
    blocks, scopes = (blocks_of([wallet.id for wallet in wallets]), scopes_of(wallets)) if wallets else ({}, {})
    found: dict[UUID, list[WalletBalance]] = defaultdict(list)
    for wallet in wallets:
        balance = WalletBalance(
            id=wallet.id,
            currency=wallet.currency,
            rate=wallet.rate_amount,
            priority=wallet.priority,
            created_at=wallet.created_at,
            scope=scopes[wallet.id],
            blocks=blocks.get(wallet.id, ()),
        )
        found[wallet.customer_id].append(balance)
    return {customer_id: tuple(balances) for customer_id, balances in found.items()}


def scopes_of(wallets: Sequence[Wallet]) -> dict[UUID, Scope]:
    """What each wallet pays. One query."""
    metric_ids = metrics_of_wallets([wallet.id for wallet in wallets])
    nothing: frozenset[UUID] = frozenset()
    return {each.id: Scope(frozenset(each.fee_types), metric_ids.get(each.id, nothing)) for each in wallets}


def record_wallets(drafts: Sequence[InvoiceDraft], *, at: datetime) -> None:
    """One outbound transaction for each wallet and invoice (3-W3): three statements."""
    write_outflows([outflow for draft in drafts for outflow in _outflows(draft)], at=at)
    flag_for_refresh({draft.customer.id for draft in drafts})


def flag_for_refresh(customer_ids: Collection[UUID]) -> None:
    """Usage that is billed, or is a draft now, no longer counts as current usage (3-W7)."""
    stale = Wallet.objects.filter(
        customer_id__in=list(customer_ids), status=WalletStatus.ACTIVE, ready_to_be_refreshed=False
    )
    stale.update(ready_to_be_refreshed=True)


def _outflows(draft: InvoiceDraft) -> Iterator[Outflow]:
    for draw in draft.settlement.wallet_draws:
        yield Outflow(
            organization_id=draft.customer.organization_id,
            wallet_id=draw.wallet.id,
            rate=draw.wallet.rate,
            currency=draft.currency,
            kind=TransactionKind.INVOICED,
            blocks=draw.blocks,
            reason=draw.reason,
            invoice_id=draft.id,
        )
