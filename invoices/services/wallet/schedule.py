"""Wallets as part of what falls due by itself."""

from datetime import datetime

from customers.models import Organization
from invoices.models import RecurringTransactionRule, Wallet, WalletStatus, WalletTransaction
from invoices.services.wallet.expiry import expire_credits, terminate_expired_wallets
from invoices.services.wallet.ongoing import refresh_due_wallets
from invoices.services.wallet.recurring import top_up_by_interval
from invoices.services.wallet.rules import terminate_expired_rules


def work_on_wallets(*, organization: Organization, at: datetime) -> dict[str, int]:
    """What is due at ``at``, in numbers. Idempotent.

    Ongoing balances and their thresholds come first; what expires at this instant has served them.
    """
    refreshed = refresh_due_wallets(organization=organization, at=at)
    topped_up = top_up_by_interval(organization=organization, at=at)
    terminate_expired_rules(organization=organization, at=at)
    return {
        "wallets_refreshed": refreshed,
        "wallets_topped_up": topped_up,
        "wallets_terminated": terminate_expired_wallets(organization=organization, at=at),
        "credits_expired": expire_credits(organization=organization, at=at),
    }


def next_wallet_work_at(organization: Organization, *, after: datetime) -> datetime | None:
    """When, strictly after ``after``, a rule tops up, or a wallet, a rule or credits expire. Index lookups only."""
    active = {"organization": organization, "status": WalletStatus.ACTIVE}
    rules, wallets = RecurringTransactionRule.objects.filter(**active), Wallet.objects.filter(**active)
    credits = WalletTransaction.objects.filter(organization=organization, remaining_amount_cents__gt=0)
    instants = (
        rules.filter(next_top_up_at__gt=after).order_by("next_top_up_at").values_list("next_top_up_at", flat=True),
        rules.filter(expiration_at__gt=after).order_by("expiration_at").values_list("expiration_at", flat=True),
        wallets.filter(expiration_at__gt=after).order_by("expiration_at").values_list("expiration_at", flat=True),
        credits.filter(expires_at__gt=after).order_by("expires_at").values_list("expires_at", flat=True),
    )
    soonest = (found.first() for found in instants)
    return min((instant for instant in soonest if instant is not None), default=None)
