"""A wallet held for a command: its customer first, as billing does, then the wallet."""

from uuid import UUID

from billing_site.kernel.errors import ValidationFailed
from billing_site.kernel.locks import locked
from customers.models import Organization
from invoices.billing.bill import lock_customers
from invoices.models import Wallet

LOADED = ("organization", "billing_entity", "customer__billing_entity", "customer__organization")


def locked_wallet(wallet: Wallet) -> Wallet:
    lock_customers([wallet.customer_id])
    (found,) = locked(Wallet.objects.filter(pk=wallet.pk).select_related(*LOADED))
    return found


def locked_wallet_named(organization: Organization, wallet_id: UUID | None) -> Wallet:
    """Raises ``ValidationFailed`` when there is none, or when it is terminated."""
    found = Wallet.objects.filter(organization=organization, pk=wallet_id).first() if wallet_id else None
    if found is None:
        raise ValidationFailed(wallet_id=["wallet_not_found"])
    wallet = locked_wallet(found)
    if not wallet.is_active:
        raise ValidationFailed(wallet_id=["wallet_is_terminated"])
    return wallet
