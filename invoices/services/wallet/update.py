"""Changes of a wallet, and its end."""

from collections.abc import Callable
from datetime import datetime
from typing import Unpack

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotAllowed
from billing_site.kernel.key_values import KeyValues, checked_key_values
from invoices.models import Wallet
from invoices.services.announcements import tell_of_wallets
from invoices.services.wallet.expiry import end_wallets
from invoices.services.wallet.fields import WalletFields, set_fields
from invoices.services.wallet.locking import locked_wallet
from invoices.services.wallet.rules import RuleFields, set_rules


class WalletChanges(WalletFields, total=False):
    """``recurring_transaction_rules``, when given, are all there are from now on."""

    code: str
    recurring_transaction_rules: list[RuleFields]


@command
def update_wallet(*, wallet: Wallet, at: datetime, **changes: Unpack[WalletChanges]) -> Wallet:
    """Change what may change: not the currency, not the price of a credit.

    Raises ``NotAllowed`` on a terminated wallet; else as ``create_wallet`` does.
    """
    held = locked_wallet(wallet)
    if not held.is_active:
        raise NotAllowed("wallet_is_terminated")
    rules = changes.pop("recurring_transaction_rules", None)
    metrics = set_fields(held, changes, at=at)
    held.ready_to_be_refreshed = True
    held.updated_at = at
    held.save(update_fields=[*_WRITTEN, "updated_at"])
    if metrics is not None:
        held.billable_metrics.set(metrics)
    if rules is not None:
        set_rules(held, rules, at=at)
    tell_of_wallets("wallet.updated", [held.id], organization_id=held.organization_id, at=at)
    return held


_WRITTEN = (
    *("name", "code", "priority", "expiration_at", "invoice_requires_successful_payment", "metadata", "fee_types"),
    *("paid_top_up_min_amount_cents", "paid_top_up_max_amount_cents", "purchase_order_number", "billing_entity"),
    "ready_to_be_refreshed",
)


@command
def terminate_wallet(*, wallet: Wallet, at: datetime) -> Wallet:
    """End it; the credits left in it are lost (W13). Ended before, it stays as it is."""
    end_wallets(Wallet.objects.filter(pk=wallet.pk), at=at)
    return Wallet.objects.get(pk=wallet.pk)


@command
def change_metadata(*, wallet: Wallet, at: datetime, change: Callable[[KeyValues], KeyValues]) -> Wallet:
    """``change`` gets the metadata that there is and gives what is to be."""
    held = locked_wallet(wallet)
    held.change(at=at, metadata=checked_key_values(change(held.metadata)))
    return held
