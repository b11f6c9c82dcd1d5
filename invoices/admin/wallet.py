"""Wallets in the console: their credits and ledgers, topped up, voided and terminated by buttons."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.console_admin import ConsoleAdmin
from billing_site.kernel.admin.display import badge, instant, link, money
from billing_site.kernel.admin.forms import InstantField
from billing_site.kernel.admin.scope import organization_of
from invoices.admin.wallet_forms import TopUpForm, VoidForm
from invoices.admin.wallet_page import REASONS, wallet_page
from invoices.models import Wallet
from invoices.queries import blocks_as_of
from invoices.services.wallet.top_up import create_wallet_transactions
from invoices.services.wallet.update import terminate_wallet
from invoices.settlement import draw_from


def top_up(request: HttpRequest, wallet: Wallet, values: dict[str, Any]) -> str:
    made = change(request, wallet, values)
    coming = " and ".join(f"{money(each.amount_cents, wallet.currency)} {each.transaction_status}" for each in made)
    return f"{coming}."


def void(request: HttpRequest, wallet: Wallet, values: dict[str, Any]) -> str:
    (voided,) = change(request, wallet, values)
    return f"{money(voided.amount_cents, wallet.currency)} were taken out."


def change(request: HttpRequest, wallet: Wallet, values: dict[str, Any]) -> list[Any]:
    organization = organization_of(request)
    return create_wallet_transactions(organization=organization, wallet_id=wallet.id, at=organization.now(), **values)


def terminate(request: HttpRequest, wallet: Wallet, values: dict[str, Any]) -> str:
    terminate_wallet(wallet=wallet, at=organization_of(request).now())
    return f"{wallet} is terminated."


def what_goes_first(request: HttpRequest, wallet: Wallet) -> str:
    """Which credits a void takes, and why."""
    drawn = draw_from(blocks_as_of(wallet, organization_of(request).now()), wallet.balance_cents)
    lines = [
        f"{money(draw.amount_cents, wallet.currency)} {'granted' if draw.block.is_granted else 'bought'}"
        f" {instant(draw.block.created_at)} ({REASONS[draw.reason]})"
        for draw in drawn.draws
    ]
    return f"Credits go in this order: {'; '.join(lines)}." if lines else "No credits are left."


def what_is_lost(request: HttpRequest, wallet: Wallet) -> str:
    return f"The wallet pays nothing any more, and {money(wallet.balance_cents, wallet.currency)} in it are lost."


def is_active(wallet: Wallet) -> bool:
    return wallet.is_active


@admin.register(Wallet)
class WalletAdmin(ConsoleAdmin):
    page_template = "admin/wallet.html"
    list_display = ["name_or_code", "customer_link", "state", "place", "balance", "ongoing", "expires"]
    list_display_links = ["name_or_code"]
    list_filter = [("status", ChoicesDropdownFilter)]
    list_select_related = ["customer"]
    ordering = ["-created_at", "-id"]
    search_fields = ["code", "name", "customer__external_id"]
    search_help_text = "Code, name or customer"
    empty_text = "No wallets yet. They are made over the API."
    views = (("All", {}), ("Active", {"status__exact": "active"}), ("Terminated", {"status__exact": "terminated"}))
    buttons = (
        Button(
            name="top_up",
            label="Top up",
            command=top_up,
            icon="add",
            form=TopUpForm,
            allowed=is_active,
            variant=ActionVariant.PRIMARY,
        ),
        Button(
            name="void", label="Void credits", command=void, confirm=what_goes_first, form=VoidForm, allowed=is_active
        ),
        Button(
            name="terminate",
            label="Terminate",
            command=terminate,
            confirm=what_is_lost,
            allowed=is_active,
            variant=ActionVariant.DANGER,
        ),
    )

    @display(description="Wallet")
    def name_or_code(self, wallet: Wallet) -> str:
        return str(wallet)

    @display(description="Customer")
    def customer_link(self, wallet: Wallet) -> str:
        return link(wallet.customer)

    @display(description="State")
    def state(self, wallet: Wallet) -> str:
        return badge(wallet.status)

    @display(description="Priority")
    def place(self, wallet: Wallet) -> int:
        return wallet.priority

    @display(description="Balance")
    def balance(self, wallet: Wallet) -> str:
        return money(wallet.balance_cents, wallet.currency)

    @display(description="After usage")
    def ongoing(self, wallet: Wallet) -> str:
        return money(wallet.ongoing_balance_cents, wallet.currency)

    @display(description="Expires")
    def expires(self, wallet: Wallet) -> str:
        return instant(wallet.expiration_at)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Wallet]:
        return super().get_queryset(request).select_related("customer__billing_entity")

    def page_context(self, request: HttpRequest, row: Wallet) -> dict[str, Any]:
        """Of any past instant: ``?at=2024-03-01T00:00``."""
        asked = asked_instant(request.GET.get("at", ""))
        return wallet_page(row, at=asked or organization_of(request).now(), is_past=asked is not None)


def asked_instant(text: str) -> datetime | None:
    """Nonsense counts as nothing asked."""
    try:
        asked: datetime | None = InstantField(required=False).clean(text)
    except ValidationError:
        return None
    return asked
