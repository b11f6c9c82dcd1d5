"""Top-ups written and told of."""

from collections.abc import Sequence
from datetime import datetime

from invoices.billing.top_ups import TopUp, record_top_ups
from invoices.models import WalletTransaction
from invoices.services.announcements import tell_of_transactions


def record_and_tell(top_ups: Sequence[TopUp], *, at: datetime) -> list[WalletTransaction]:
    """``record_top_ups`` of one organization's wallets, with the webhook of each new transaction."""
    if not top_ups:
        return []
    made = record_top_ups(top_ups, at=at)
    organization_id = top_ups[0].wallet.organization_id
    ids = [transaction.id for transaction in made]
    tell_of_transactions("wallet_transaction.created", ids, organization_id=organization_id, at=at)
    return made
