"""What the journal says, as tests read it."""

from collections import Counter
from typing import Any

from django.db.models import Sum

from customers.models import Organization
from invoices.models import (
    CreditNote,
    Invoice,
    InvoiceStatus,
    JournalEntry,
    JournalLine,
    JournalTotal,
    Wallet,
    WalletStatus,
    WalletTransaction,
)

ISSUED = (InvoiceStatus.FINALIZED, InvoiceStatus.VOIDED)


def balances(organization: Organization) -> dict[str, int]:
    """Debits less credits by account, in cents; accounts that are even are left out."""
    lines = JournalLine.objects.filter(entry__organization=organization).order_by()
    sums = lines.values_list("account").annotate(Sum("amount_cents"))
    return {account: cents for account, cents in sums if cents}


def entry_of(document: Any, event: str = "issued") -> dict[str, int]:
    """Debits less credits by account of one entry; none if the document has none."""
    found: Counter[str] = Counter()
    for line in JournalLine.objects.filter(entry__document_id=document.id, entry__event=event):
        found[line.account] += line.amount_cents
    return dict(found)


def check_books(organization: Organization) -> None:
    """Entries and totals balance, everything issued is posted, and liabilities are what their documents say."""
    held = balances(organization)
    assert sum(held.values()) == 0
    entries = JournalEntry.objects.filter(organization=organization).annotate(cents=Sum("lines__amount_cents"))
    assert not entries.exclude(cents=0).exists()
    assert _totals(organization) == held
    issued = Invoice.objects.filter(organization=organization, status__in=ISSUED, fees_amount_cents__gt=0)
    posted = JournalEntry.objects.filter(organization=organization, event="issued").values("document_id")
    assert not issued.exclude(id__in=posted).exists()
    assert -held.get("credit_notes_liability", 0) == _cents(
        CreditNote.objects.filter(organization=organization, status="finalized"), "balance_amount_cents"
    )
    assert -held.get("credits_liability", 0) == _cents(
        Wallet.objects.filter(organization=organization, status=WalletStatus.ACTIVE), "balance_cents"
    )
    unpaid = WalletTransaction.objects.filter(organization=organization, transaction_status="purchased")
    waiting = unpaid.exclude(status="settled").filter(invoice__status="finalized", invoice__offset_amount_cents=0)
    assert -held.get("unpaid_credits", 0) == _cents(waiting, "amount_cents")


def _totals(organization: Organization) -> dict[str, int]:
    rows = JournalTotal.objects.filter(billing_entity__organization=organization).order_by().values_list("account")
    sums = rows.annotate(Sum("debit_cents"), Sum("credit_cents"))
    return {account: debit - credit for account, debit, credit in sums if debit != credit}


def _cents(rows: Any, column: str) -> int:
    return rows.aggregate(cents=Sum(column))["cents"] or 0
