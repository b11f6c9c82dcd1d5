"""The wallets on a customer's page."""

from typing import Any

from django.http import HttpRequest

from billing_site.kernel.admin.display import badge, instant, link, money
from billing_site.kernel.admin.table import Table
from billing_site.kernel.admin.tabs import Tab
from customers.admin.customer import CustomerAdmin
from customers.models import Customer
from invoices.models import Wallet

SHOWN = 50


def wallets(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    rows = Wallet.objects.filter(customer=customer).order_by("status", "priority", "created_at", "id")[:SHOWN]
    table = Table(
        columns=("Wallet", "State", "Priority", "Balance", "After usage", "Expires"),
        rows=[
            (
                link(wallet),
                badge(wallet.status),
                wallet.priority,
                money(wallet.balance_cents, wallet.currency),
                money(wallet.ongoing_balance_cents, wallet.currency),
                instant(wallet.expiration_at),
            )
            for wallet in rows
        ],
        numbers={"Priority", "Balance", "After usage"},
        empty="No wallets yet.",
    )
    return {"table": table}


CustomerAdmin.tabs.append(
    Tab(
        name="wallets",
        title="Wallets",
        template="admin/tab_table.html",
        context=wallets,
        permission="invoices.view_wallet",
        position=25,
    )
)
