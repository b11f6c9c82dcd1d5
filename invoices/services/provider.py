"""The payment provider of a customer, if there is one, and the customer's account there."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.conf import settings

from billing_site.kernel.commands import command
from billing_site.kernel.errors import ValidationFailed
from billing_site.kernel.locks import locked
from billing_site.kernel.sealed import seal
from customers.models import Customer, Organization
from invoices.models import Payment, PaymentMethod, PaymentProvider
from invoices.providers import CardHolder, Provider, ProviderRefused, StripeProvider
from invoices.services.announcements import tell_of_account, tell_of_provider_fault


class ProviderFields(TypedDict, total=False):
    """An empty key leaves the one there is."""

    name: str
    secret_key: str
    webhook_secret: str
    success_redirect_url: str


@dataclass(frozen=True, slots=True)
class Account:
    """A customer at a provider: ``id`` is the provider's."""

    provider: PaymentProvider
    customer: Customer
    id: str

    @property
    def remote(self) -> Provider:
        return remote_of(self.provider)

    @property
    def success_url(self) -> str:
        return self.provider.success_redirect_url or settings.PUBLIC_URL


@command
def create_provider(*, organization: Organization, code: str, at: datetime, **fields: str) -> PaymentProvider:
    """A code already in use breaks ``payment_provider_code_unique``."""
    return PaymentProvider.objects.create(organization=organization, code=code, created_at=at, **_columns(fields))


@command
def update_provider(*, provider: PaymentProvider, at: datetime, **fields: str) -> PaymentProvider:
    provider.change(at=at, **_columns(fields))
    return provider


def check_provider(*, provider: PaymentProvider, at: datetime) -> str:
    """The name of the account that the key opens. Raises ``ProviderRefused``, and tells webhooks of it."""
    try:
        return remote_of(provider).check()
    except ProviderRefused as refused:
        tell_of_provider_fault(provider, "check", refused, at=at)
        raise


def remote_of(provider: PaymentProvider) -> Provider:
    return StripeProvider(provider.secret_key, provider.webhook_secret, settings.STRIPE_API_URL)


def provider_of(customer: Customer) -> PaymentProvider | None:
    """The one that the customer names, by its code if there is one; None without its key."""
    if not customer.payment_provider:
        return None
    named = PaymentProvider.objects.filter(
        organization=customer.organization_id, provider_type=customer.payment_provider, deleted_at__isnull=True
    )
    if customer.payment_provider_code:
        named = named.filter(code=customer.payment_provider_code)
    found = named.order_by("created_at").first()
    return found if found is not None and found.is_on else None


def provider_of_payment(payment: Payment) -> PaymentProvider | None:
    """Where it was noted for, whatever its customer names by now; None without its key."""
    found = PaymentProvider.objects.filter(
        organization=payment.organization_id, code=payment.provider_code, deleted_at__isnull=True
    ).first()
    return found if found is not None and found.is_on else None


def account_of(customer: Customer, *, at: datetime) -> Account:
    """Opened at the provider when it is first needed.

    Raises ``ValidationFailed`` (``no_linked_payment_provider``) and ``ProviderRefused``.
    """
    provider = provider_of(customer)
    if provider is None:
        raise ValidationFailed(base=["no_linked_payment_provider"])
    if not customer.provider_customer_id:
        holder = CardHolder(customer.id, customer.display_name, customer.email.partition(",")[0])
        link_customer(customer=customer, provider_customer_id=remote_of(provider).create_customer(holder), at=at)
    return Account(provider, customer, customer.provider_customer_id)


@command
def link_customer(*, customer: Customer, provider_customer_id: str, at: datetime) -> Customer:
    """Of two accounts opened at once the first stays."""
    (held,) = locked(Customer.objects.filter(pk=customer.pk))
    if not held.provider_customer_id:
        held.change(at=at, provider_customer_id=provider_customer_id)
        tell_of_account(held, at=at)
    customer.provider_customer_id = held.provider_customer_id
    return customer


def default_method(customer: Customer, provider: PaymentProvider) -> PaymentMethod | None:
    return PaymentMethod.objects.filter(
        customer=customer, provider=provider, is_default=True, deleted_at__isnull=True
    ).first()


def _columns(fields: dict[str, str]) -> dict[str, str]:
    columns = {name: value for name, value in fields.items() if name in ("name", "success_redirect_url")}
    for name in ("secret_key", "webhook_secret"):
        if fields.get(name):
            columns[f"sealed_{name}"] = seal(fields[name])
    return columns
