"""Wallets and credits, through the product's own commands."""

from decimal import Decimal
from typing import Any

from customers.models import Customer
from invoices.models import Invoice, PaymentStatus, Wallet, WalletTransaction
from invoices.services.invoice import update_invoice
from invoices.services.wallet.creation import create_wallet
from invoices.services.wallet.top_up import create_wallet_transactions


def a_wallet(customer: Customer, **fields: Any) -> Wallet:
    """EUR, a credit a euro, empty."""
    organization = customer.organization
    fields = {"rate_amount": Decimal(1), "currency": "EUR", "at": organization.now(), **fields}
    fields |= {name: Decimal(fields[name]) for name in ("paid_credits", "granted_credits") if name in fields}
    return create_wallet(organization=organization, external_customer_id=customer.external_id, **fields)


def grant(wallet: Wallet, credits: Any, **fields: Any) -> WalletTransaction:
    return _one(wallet, granted_credits=Decimal(credits), **fields)


def buy(wallet: Wallet, credits: Any, *, paid: bool = True, **fields: Any) -> WalletTransaction:
    """Credits with their invoice, paid unless said otherwise."""
    bought = _one(wallet, paid_credits=Decimal(credits), **fields)
    if paid:
        pay(bought.invoice)
    bought.refresh_from_db()
    return bought


def void(wallet: Wallet, credits: Any, **fields: Any) -> WalletTransaction:
    return _one(wallet, voided_credits=Decimal(credits), **fields)


def pay(invoice: Invoice | None, status: PaymentStatus = PaymentStatus.SUCCEEDED) -> None:
    assert invoice is not None
    invoice.organization.refresh_from_db()
    update_invoice(invoice=invoice, at=invoice.organization.now(), changes={"payment_status": status})


def _one(wallet: Wallet, **fields: Any) -> WalletTransaction:
    organization = type(wallet.organization).objects.get(pk=wallet.organization_id)
    fields.setdefault("at", organization.now())
    (made,) = create_wallet_transactions(organization=organization, wallet_id=wallet.id, **fields)
    return made
