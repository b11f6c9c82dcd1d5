"""Ongoing balances: what would be left of wallets if all usage were billed now (W10)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from customers.models import Organization
from invoices.billing.bill import lock_customers
from invoices.billing.credits.wallets import scopes_of
from invoices.billing.unbilled import Account, unbilled
from invoices.models import OngoingBalanceSync, RecurringTransactionRule, RuleTrigger, Wallet, WalletStatus
from invoices.queries import active_wallets_of
from invoices.services.announcements import tell_of_wallets
from invoices.services.wallet.recurring import top_up_by_threshold
from invoices.settlement import OngoingWallet, ongoing_usage
from plans.models import Subscription, SubscriptionStatus
from usage.queries import current_epoch, touched_subscriptions
from usage.rollup import roll

BATCH = 500


def refresh_due_wallets(*, organization: Organization, at: datetime) -> int:
    """Refresh the wallets of customers with new usage, invoices or credits since the last time; returns how many."""
    active = Wallet.objects.filter(organization=organization, status=WalletStatus.ACTIVE)
    if not active.exists():
        return 0
    roll()
    sync, _ = OngoingBalanceSync.objects.get_or_create(organization=organization)
    epoch = current_epoch()
    stale = Q(ready_to_be_refreshed=True) | _has_new_usage(organization, sync.usage_epoch)
    customer_ids = active.filter(stale).order_by("customer_id").values_list("customer_id", flat=True).distinct()
    count = sum(refresh_wallets(customer_ids=batch, at=at) for batch in _batches(customer_ids))
    OngoingBalanceSync.objects.filter(organization=organization).update(usage_epoch=epoch)
    return count


@transaction.atomic
def refresh_wallets(*, customer_ids: Collection[UUID], at: datetime) -> int:
    """What unbilled usage means for the active wallets of these customers; then the top-ups that it brings about.

    Returns how many wallets there were. The number of queries does not grow with the customers.
    """
    lock_customers(customer_ids)
    wallets = list(active_wallets_of(customer_ids).select_related("customer__billing_entity", "billing_entity"))
    used = _usage(wallets, at)
    before = {wallet.id: wallet.depleted_ongoing_balance for wallet in wallets}
    for wallet in wallets:
        wallet.ongoing_usage_balance_cents = used[wallet.id]
        wallet.depleted_ongoing_balance = wallet.ongoing_balance_cents <= 0
        wallet.last_ongoing_balance_sync_at, wallet.ready_to_be_refreshed = at, False
    Wallet.objects.bulk_update(wallets, _REFRESHED)
    _tell_of_depleted([wallet for wallet in wallets if wallet.depleted_ongoing_balance and not before[wallet.id]], at)
    top_up_by_threshold(wallets, at=at)
    return len(wallets)


_REFRESHED = (
    *("ongoing_usage_balance_cents", "depleted_ongoing_balance", "last_ongoing_balance_sync_at"),
    "ready_to_be_refreshed",
)


def _tell_of_depleted(wallets: Sequence[Wallet], at: datetime) -> None:
    """Only when the ongoing balance falls to 0 or below, not as long as it stays there (3-W11)."""
    for organization_id in {wallet.organization_id for wallet in wallets}:
        ids = [wallet.id for wallet in wallets if wallet.organization_id == organization_id]
        tell_of_wallets("wallet.depleted_ongoing_balance", ids, organization_id=organization_id, at=at)


def _usage(wallets: Sequence[Wallet], at: datetime) -> dict[UUID, int]:
    """By wallet, in cents; ``wallets`` in the order in which they pay."""
    owed = unbilled({wallet.customer_id for wallet in wallets}, at=at)
    absorbing = set(
        RecurringTransactionRule.objects.filter(
            wallet__in=wallets, status=WalletStatus.ACTIVE, trigger=RuleTrigger.THRESHOLD
        ).values_list("wallet_id", flat=True)
    )
    scopes = scopes_of(wallets)
    own: dict[Account, list[OngoingWallet]] = defaultdict(list)
    for wallet in wallets:
        account = Account(wallet.customer_id, wallet.currency)
        own[account].append(OngoingWallet(wallet.id, wallet.balance_cents, scopes[wallet.id], wallet.id in absorbing))
    used: dict[UUID, int] = {}
    for account, line in own.items():
        used |= ongoing_usage(line, owed.get(account, {}))
    return used


def _has_new_usage(organization: Organization, epoch: int) -> Q:
    touched = touched_subscriptions(organization.id, after_epoch=epoch)
    subscriptions = Subscription.objects.filter(customer_id=OuterRef("customer_id"), status=SubscriptionStatus.ACTIVE)
    if touched is not None:
        subscriptions = subscriptions.filter(external_id__in=touched)
    return Q(Exists(subscriptions))


def _batches(customer_ids: QuerySet[Wallet, UUID]) -> Iterable[Sequence[UUID]]:
    found = list(customer_ids)
    return [found[start : start + BATCH] for start in range(0, len(found), BATCH)]
