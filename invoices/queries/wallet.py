"""Wallets and their ledgers."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from billing_site.kernel.errors import NotFound
from customers.models import Customer, Organization
from invoices.models import (
    RecurringTransactionRule,
    TransactionKind,
    TransactionType,
    Wallet,
    WalletStatus,
    WalletTransaction,
    WalletTransactionStatus,
)
from invoices.settlement import CreditBlock


def wallets_of(organization: Organization) -> QuerySet[Wallet]:
    """Newest first."""
    return Wallet.objects.filter(organization=organization).order_by("-created_at", "-id")


def wallets_for_wire(wallets: QuerySet[Wallet]) -> QuerySet[Wallet]:
    active = RecurringTransactionRule.objects.filter(status=WalletStatus.ACTIVE)
    rules = Prefetch("recurring_transaction_rules", active, to_attr="active_rules")
    return wallets.select_related("customer", "billing_entity").prefetch_related("billable_metrics", rules)


def wallet_by_id(organization: Organization, lago_id: str | UUID) -> Wallet:
    """Raises ``NotFound``: ``wallet_not_found``, also for what is not an id."""
    try:
        found = wallets_for_wire(wallets_of(organization)).filter(id=lago_id).first()
    except (ValidationError, ValueError):
        found = None
    if found is None:
        raise NotFound("wallet")
    return found


def wallet_by_code(customer: Customer, code: str) -> Wallet:
    found = wallets_for_wire(Wallet.objects.filter(customer=customer)).filter(code=code).first()
    if found is None:
        raise NotFound("wallet")
    return found


def active_wallets_of(customer_ids: Collection[UUID]) -> QuerySet[Wallet]:
    """In the order in which they pay: by priority, then the oldest (3-W1)."""
    active = Wallet.objects.filter(customer_id__in=list(customer_ids), status=WalletStatus.ACTIVE)
    return active.order_by("priority", "created_at", "id")


def metrics_of_wallets(wallet_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """The metrics that limit these wallets, of those that any does (W9). One query."""
    limits = Wallet.billable_metrics.through._default_manager.filter(wallet__in=wallet_ids)
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for wallet_id, metric_id in limits.values_list("wallet_id", "billablemetric_id"):
        found[wallet_id].add(metric_id)
    return {wallet_id: frozenset(metric_ids) for wallet_id, metric_ids in found.items()}


def wallet_transactions_for_wire(transactions: QuerySet[WalletTransaction]) -> QuerySet[WalletTransaction]:
    return transactions.select_related("wallet").order_by("-created_at", "-id")


def wallet_transaction_by_id(organization: Organization, lago_id: str | UUID) -> WalletTransaction:
    """Raises ``NotFound``: ``wallet_transaction_not_found``."""
    try:
        own = WalletTransaction.objects.filter(organization=organization, id=lago_id)
        found = wallet_transactions_for_wire(own).select_related("wallet__customer", "invoice").first()
    except (ValidationError, ValueError):
        found = None
    if found is None:
        raise NotFound("wallet_transaction")
    return found


def blocks_of(wallet_ids: Collection[UUID]) -> dict[UUID, tuple[CreditBlock, ...]]:
    """By wallet, the credits that are left. One query."""
    left = WalletTransaction.objects.filter(wallet_id__in=list(wallet_ids), remaining_amount_cents__gt=0)
    found: dict[UUID, list[CreditBlock]] = defaultdict(list)
    for block in left:
        found[block.wallet_id].append(_block(block, block.remaining_amount_cents or 0))
    return {wallet_id: tuple(blocks) for wallet_id, blocks in found.items()}


def blocks_as_of(wallet: Wallet, at: datetime) -> tuple[CreditBlock, ...]:
    """The credits that were left at the end of the instant ``at``; together they were the balance. One query."""
    settled = wallet.transactions.filter(transaction_type=TransactionType.INBOUND, settled_at__lte=at)
    taken = Sum("consumptions__amount_cents", filter=Q(consumptions__created_at__lte=at))
    known = settled.annotate(taken_cents=Coalesce(taken, 0)).order_by("created_at", "id")
    left = ((each, each.amount_cents - each.taken_cents) for each in known)
    return tuple(_block(each, cents) for each, cents in left if cents)


def ledger_of(wallet: Wallet, *, until: datetime | None = None) -> QuerySet[WalletTransaction]:
    """What moved the balance, in order."""
    settled = wallet.transactions.filter(status=WalletTransactionStatus.SETTLED)
    if until is not None:
        settled = settled.filter(settled_at__lte=until)
    return settled.select_related("invoice").order_by("settled_at", "created_at", "id")


def _block(transaction: WalletTransaction, amount_cents: int) -> CreditBlock:
    return CreditBlock(
        id=transaction.id,
        amount_cents=amount_cents,
        priority=transaction.priority,
        is_granted=transaction.transaction_status == TransactionKind.GRANTED,
        created_at=transaction.created_at,
        expires_at=transaction.expires_at,
    )
