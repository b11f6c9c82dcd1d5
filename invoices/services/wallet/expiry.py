"""What ends by itself: wallets, and credits with an end of their own."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from customers.models import Customer, Organization
from invoices.billing.bill import lock_customers
from invoices.billing.journal import post_ended_wallets
from invoices.billing.ledger import Outflow, write_outflows
from invoices.models import (
    RecurringTransactionRule,
    TransactionSource,
    Wallet,
    WalletStatus,
    WalletTransaction,
)
from invoices.queries import blocks_of
from invoices.services.announcements import tell_of_wallets
from invoices.services.wallet.void import outflow
from invoices.settlement import BlockDraw, CreditBlock, DrawReason

BATCH = 500


def terminate_expired_wallets(*, organization: Organization, at: datetime) -> int:
    """Wallets end at their ``expiration_at`` with what is left in them (W13); returns how many."""
    return end_wallets(Wallet.objects.filter(organization=organization, expiration_at__lte=at), at=at)


def terminate_wallets_of_customer(*, customer: Customer, at: datetime) -> int:
    """The customer is deleted (U26)."""
    return end_wallets(Wallet.objects.filter(customer=customer), at=at)


def end_wallets(wallets: QuerySet[Wallet], *, at: datetime) -> int:
    """End those of ``wallets`` (of one organization) that are active, with their rules."""
    with transaction.atomic():
        active = wallets.filter(status=WalletStatus.ACTIVE)
        lock_customers(active.values_list("customer_id", flat=True))
        ended = dict(active.values_list("id", "organization_id"))
        over = {"status": WalletStatus.TERMINATED, "terminated_at": at, "updated_at": at}
        rules = RecurringTransactionRule.objects.filter(wallet_id__in=ended, status=WalletStatus.ACTIVE)
        rules.update(**over)
        count = Wallet.objects.filter(id__in=ended).update(**over)
        post_ended_wallets(list(ended), at=at)
        for organization_id in set(ended.values()):
            tell_of_wallets("wallet.terminated", list(ended), organization_id=organization_id, at=at)
        return count


def expire_credits(*, organization: Organization, at: datetime) -> int:
    """Take out what is left of credits whose ``expires_at`` is over; returns of how many top-ups."""
    count = 0
    while customer_ids := list(_expired(organization, at).values_list("wallet__customer_id", flat=True)[:BATCH]):
        with transaction.atomic():
            lock_customers(customer_ids)
            expired = list(_expired(organization, at).filter(wallet__customer_id__in=customer_ids))
            write_outflows(_expiries(expired), at=at)
            count += len(expired)
    return count


def _expired(organization: Organization, at: datetime) -> QuerySet[WalletTransaction]:
    left = WalletTransaction.objects.filter(
        organization=organization, expires_at__lte=at, remaining_amount_cents__gt=0, wallet__status=WalletStatus.ACTIVE
    )
    return left.select_related("wallet").order_by("wallet_id", "expires_at", "id")


def _expiries(expired: Sequence[WalletTransaction]) -> list[Outflow]:
    """One for each wallet."""
    by_wallet: dict[Wallet, list[UUID]] = defaultdict(list)
    for each in expired:
        by_wallet[each.wallet].append(each.id)
    blocks = blocks_of([wallet.id for wallet in by_wallet])
    return [_expiry(wallet, {block.id: block for block in blocks[wallet.id]}, ids) for wallet, ids in by_wallet.items()]


def _expiry(wallet: Wallet, blocks: Mapping[UUID, CreditBlock], ids: Sequence[UUID]) -> Outflow:
    draws = [BlockDraw(blocks[each], blocks[each].amount_cents, DrawReason.EXPIRED) for each in ids]
    return outflow(wallet, draws, source=TransactionSource.EXPIRATION)
