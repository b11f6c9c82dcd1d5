"""What the page of a wallet shows: its credits in the order in which they will be used, and its ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from billing_site.kernel.admin.display import badge, instant, link, money, units
from billing_site.kernel.admin.table import Table
from invoices.models import TransactionType, Wallet, WalletTransaction
from invoices.queries import blocks_as_of, wallet_transactions_for_wire
from invoices.settlement import CreditBlock

SHOWN = 200
REASONS = {
    "priority": "priority",
    "expires_first": "expires before the others",
    "granted_first": "granted before bought",
    "oldest": "the oldest",
    "only": "nothing else was left",
    "chosen": "chosen by hand",
    "expired": "its time was over",
}


def wallet_page(wallet: Wallet, *, at: datetime, is_past: bool) -> dict[str, Any]:
    """The balance and the credits at ``at``; the ledger is always that of today."""
    line = sorted(blocks_as_of(wallet, at), key=lambda block: block.place)
    balance_cents = sum(block.amount_cents for block in line)
    return {
        "wallet": wallet,
        "at": at,
        "is_past": is_past,
        "facts": _facts(wallet, balance_cents, at),
        "credits_table": _credits_table(wallet, line),
        "ledger_table": _ledger_table(wallet),
    }


def _facts(wallet: Wallet, balance_cents: int, at: datetime) -> list[tuple[str, Any]]:
    limited = [*wallet.fee_types, *(metric.name for metric in wallet.billable_metrics.all())]
    return [
        ("Customer", link(wallet.customer)),
        ("State", badge(wallet.status)),
        (f"Balance on {instant(at)}", money(balance_cents, wallet.currency)),
        ("After usage not billed yet", money(wallet.ongoing_balance_cents, wallet.currency)),
        ("Price of a credit", f"{units(wallet.rate_amount)} {wallet.currency}"),
        ("Priority among wallets", f"{wallet.priority} of 50, 1 pays first"),
        ("Pays", ", ".join(limited) or "everything"),
        ("Expires", instant(wallet.expiration_at)),
    ]


def _credits_table(wallet: Wallet, line: Sequence[CreditBlock]) -> Table:
    rows = [
        (
            position,
            "granted" if block.is_granted else "bought",
            instant(block.created_at),
            block.priority,
            instant(block.expires_at),
            units(wallet.credits(block.amount_cents)),
            money(block.amount_cents, wallet.currency),
        )
        for position, block in enumerate(line, start=1)
    ]
    return Table(
        columns=("Next", "Credits", "Since", "Priority", "Expire", "Left", "Worth"),
        rows=rows,
        numbers={"Next", "Priority", "Left", "Worth"},
        empty="No credits are left.",
    )


def _ledger_table(wallet: Wallet) -> Table:
    entries = wallet_transactions_for_wire(wallet.transactions.all()).select_related("invoice", "voided_invoice")
    rows = [_entry(wallet, each) for each in entries.prefetch_related("fundings__inbound")[:SHOWN]]
    return Table(
        columns=("When", "What", "State", "Invoice", "Taken from", "Credits", "Amount"),
        rows=rows,
        numbers={"Credits", "Amount"},
        empty="Nothing has come in yet.",
    )


def _entry(wallet: Wallet, entry: WalletTransaction) -> tuple[Any, ...]:
    sign = "" if entry.transaction_type == TransactionType.INBOUND else "−"
    why = entry.source if entry.source != "manual" else entry.name
    return (
        instant(entry.settled_at or entry.created_at),
        f"{entry.transaction_status} ({why})" if why else entry.transaction_status,
        badge(entry.status),
        link(entry.invoice or entry.voided_invoice),
        "; ".join(_funding(wallet, part) for part in entry.fundings.all()),
        f"{sign}{units(entry.credit_amount)}",
        f"{sign}{money(entry.amount_cents, wallet.currency)}",
    )


def _funding(wallet: Wallet, part: Any) -> str:
    since = f"{part.inbound.transaction_status} {instant(part.inbound.created_at)}"
    return f"{money(part.amount_cents, wallet.currency)} {since}: {REASONS[part.reason]}"
