"""Cards and accounts that customers saved at a payment provider (Y6)."""

from datetime import datetime

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotFound
from billing_site.kernel.jobs import enqueue
from billing_site.kernel.locks import locked
from customers.models import Customer
from invoices.billing.bill import lock_customers
from invoices.models import PaymentMethod, PaymentProvider
from invoices.providers import ProviderRefused, SavedMethod
from invoices.services.announcements import tell_of_page, tell_of_refused_account
from invoices.services.provider import Account, account_of, provider_of, remote_of


def method_page(*, customer: Customer, at: datetime) -> str:
    """A page of the provider on which the customer saves a method (Y7). Raises ``ValidationFailed`` without one."""
    account = account_of(customer, at=at)
    return _set_up_url(account)


def queue_account(*, customer: Customer) -> None:
    """Have it opened for who asked for it and has none."""
    if customer.sync_with_provider and customer.payment_provider and not customer.provider_customer_id:
        enqueue("invoices.tasks.open_provider_account", customer.id, inline=False)


def open_account(*, customer: Customer, at: datetime) -> None:
    """Open the customer's account at the provider, and tell where a method can be saved. For those who asked for it."""
    if customer.provider_customer_id or provider_of(customer) is None:
        return
    try:
        account = account_of(customer, at=at)
        tell_of_page(customer, _set_up_url(account), at=at)
    except ProviderRefused as refused:
        tell_of_refused_account(customer, refused, at=at)
        if refused.is_temporary:
            raise


def _set_up_url(account: Account) -> str:
    customer = account.customer
    currency = customer.currency or customer.billing_entity.default_currency
    return account.remote.set_up_url(account.id, currency=currency, success_url=account.success_url)


@command
def save_method(*, provider: PaymentProvider, saved: SavedMethod, at: datetime) -> PaymentMethod | None:
    """What a provider says was saved; the customer's first one is the default. None for a customer nobody knows."""
    customer = Customer.objects.filter(
        organization=provider.organization_id, provider_customer_id=saved.provider_customer_id, deleted_at__isnull=True
    ).first()
    if customer is None:
        return None
    lock_customers([customer.id])
    own = PaymentMethod.objects.filter(customer=customer, deleted_at__isnull=True)
    known = own.filter(provider=provider, provider_method_id=saved.provider_method_id).first()
    if known is not None:
        return known
    method = PaymentMethod.objects.create(
        organization_id=provider.organization_id,
        customer=customer,
        provider=provider,
        provider_method_id=saved.provider_method_id,
        is_default=not own.filter(is_default=True).exists(),
        created_at=at,
    )
    enqueue("invoices.tasks.label_payment_method", method.id, inline=False)
    return method


def label_method(*, method: PaymentMethod, at: datetime) -> PaymentMethod:
    """Ask the provider what a person knows it by."""
    if method.provider.is_on and not method.label:
        method.change(at=at, label=remote_of(method.provider).label(method.provider_method_id))
    return method


@command
def forget_method(*, provider: PaymentProvider, provider_method_id: str, at: datetime) -> None:
    """The provider does not have it any more."""
    gone = PaymentMethod.objects.filter(
        provider=provider, provider_method_id=provider_method_id, deleted_at__isnull=True
    )
    lock_customers(gone.values_list("customer_id", flat=True))
    gone.update(deleted_at=at, is_default=False, updated_at=at)


@command
def set_default_method(*, method: PaymentMethod, at: datetime) -> PaymentMethod:
    """From now on this one is asked for the customer's money. Raises ``NotFound`` once it is deleted."""
    lock_customers([method.customer_id])
    own = locked(PaymentMethod.objects.filter(customer=method.customer_id, deleted_at__isnull=True))
    if method not in own:
        raise NotFound("payment_method")
    for each in own:
        if each.is_default and each.pk != method.pk:
            each.change(at=at, is_default=False)
    method.change(at=at, is_default=True)
    return method


def delete_method(*, method: PaymentMethod, at: datetime) -> PaymentMethod:
    """Not used any more, here and at the provider; another one has to be made the default by hand.

    Raises ``ProviderRefused`` where the provider may still have it: then nothing has changed.
    """
    if method.provider.is_on:
        _detach(method)
    forget_method(provider=method.provider, provider_method_id=method.provider_method_id, at=at)
    method.refresh_from_db()
    return method


def _detach(method: PaymentMethod) -> None:
    """What the provider does not know is gone already."""
    try:
        remote_of(method.provider).forget_method(method.provider_method_id)
    except ProviderRefused as refused:
        if refused.is_temporary or refused.is_ours:
            raise
