"""A new wallet."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Unpack

from django.utils.text import slugify

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotFound, ValidationFailed
from customers.models import Customer, Organization
from customers.queries import customers_of
from invoices.billing.bill import lock_customers
from invoices.models import LOWEST_PRIORITY, Wallet, WalletStatus
from invoices.services.announcements import tell_of_wallets
from invoices.services.wallet.fields import WalletFields, set_fields
from invoices.services.wallet.rules import RuleFields, set_rules
from invoices.services.wallet.top_up import TopUpFields, top_up
from plans.services.codes import free_code

MOST_ACTIVE = 6
FALLBACK_CODE = "default"


class NewWallet(WalletFields, total=False):
    """``paid_credits`` and ``granted_credits`` come in at once; the transaction's fields are theirs."""

    code: str
    rate_amount: Decimal
    currency: str
    paid_credits: Decimal
    granted_credits: Decimal
    recurring_transaction_rules: list[RuleFields]
    transaction_name: str
    transaction_metadata: list[dict[str, Any]]
    transaction_priority: int
    ignore_paid_top_up_limits_on_creation: bool


@command
def create_wallet(
    *, organization: Organization, external_customer_id: str, at: datetime, **fields: Unpack[NewWallet]
) -> Wallet:
    """A wallet with its first credits, of which those to be paid become usable with their invoice.

    Raises ``NotFound`` (``customer``, ``billable_metrics``, ``billing_entity``) and ``ValidationFailed``: six active
    wallets at most (W2), a code that is taken, credits outside the limits.
    """
    customer = _locked_customer(organization, external_customer_id)
    values = dict(fields)
    initial = {name: values.pop(name) for name in _INITIAL if name in values}
    wallet = _built(customer, values, at)
    metrics = set_fields(wallet, values, at=at)
    wallet.save(force_insert=True)
    wallet.billable_metrics.set(metrics or [])
    set_rules(wallet, _with_credits(initial), at=at)
    tell_of_wallets("wallet.created", [wallet.id], organization_id=organization.id, at=at)
    top_up(wallet, _first_top_up(initial), at=at)
    return wallet


_INITIAL = (
    *("paid_credits", "granted_credits", "recurring_transaction_rules", "transaction_name", "transaction_metadata"),
    *("transaction_priority", "ignore_paid_top_up_limits_on_creation"),
)


def _locked_customer(organization: Organization, external_id: str) -> Customer:
    customer = customers_of(organization).filter(external_id=external_id).first()
    if customer is None:
        raise NotFound("customer")
    lock_customers([customer.id])
    if Wallet.objects.filter(customer=customer, status=WalletStatus.ACTIVE).count() >= MOST_ACTIVE:
        raise ValidationFailed(customer=["wallet_limit_reached"])
    return customer


def _built(customer: Customer, values: dict[str, Any], at: datetime) -> Wallet:
    currency = values.pop("currency", "") or customer.currency
    if not currency:
        raise ValidationFailed(currency=["value_is_mandatory"])
    if not customer.currency:
        customer.change(at=at, currency=currency)
    taken = set(Wallet.objects.filter(customer=customer).values_list("code", flat=True))
    origin = slugify(values.get("name", "")).replace("-", "_") or FALLBACK_CODE
    return Wallet(
        organization=customer.organization,
        customer=customer,
        created_at=at,
        currency=currency,
        rate_amount=values.pop("rate_amount"),
        code=free_code(values.pop("code", ""), origin, taken),
    )


def _with_credits(initial: Mapping[str, Any]) -> Sequence[RuleFields]:
    """A rule of fixed amounts that names none repeats the first ones."""
    rules: list[RuleFields] = initial.get("recurring_transaction_rules") or []
    first = {name: initial[name] for name in ("paid_credits", "granted_credits") if name in initial}
    return [rule if {"paid_credits", "granted_credits"} & rule.keys() else {**first, **rule} for rule in rules]  # type: ignore[typeddict-item]


def _first_top_up(initial: Mapping[str, Any]) -> TopUpFields:
    return {
        "paid_credits": initial.get("paid_credits", Decimal(0)),
        "granted_credits": initial.get("granted_credits", Decimal(0)),
        "name": initial.get("transaction_name", ""),
        "metadata": initial.get("transaction_metadata", []),
        "priority": initial.get("transaction_priority", LOWEST_PRIORITY),
        "ignore_paid_top_up_limits": initial.get("ignore_paid_top_up_limits_on_creation", False),
    }
