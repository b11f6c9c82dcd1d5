"""The journal read: trial balances, ledgers of accounts, entries with the documents that they are about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from customers.models import BillingEntity, Organization
from invoices.journal import Account
from invoices.models import CreditNote, Invoice, JournalEntry, JournalLine, JournalTotal, PaymentAllocation


@dataclass(frozen=True, slots=True)
class Period:
    """The books of one billing entity in one currency; ``first`` and ``last`` are civil days, both included."""

    billing_entity: BillingEntity
    currency: str
    first: date
    last: date


class AccountBalance(NamedTuple):
    """Cents; ``opening`` and ``closing`` are debits less credits, before and at the end of the period."""

    account: Account
    opening: int
    debit: int
    credit: int

    @property
    def closing(self) -> int:
        return self.opening + self.debit - self.credit


class Earned(NamedTuple):
    """What a period booked as revenue: of a plan (none: of add-ons), for a kind of fee and its code; cents."""

    plan: str
    item_kind: str
    item_code: str
    amount_cents: int


def trial_balance(period: Period) -> list[AccountBalance]:
    """Every account that was used until then, in the order of the chart. Opening and closing balances add up to 0."""
    until = JournalTotal.objects.filter(
        billing_entity=period.billing_entity, currency=period.currency, date__lte=period.last
    )
    within = Q(date__gte=period.first)
    sums = (
        until.order_by()
        .values_list("account")
        .annotate(
            debit_before=Coalesce(Sum("debit_cents", filter=~within), 0),
            credit_before=Coalesce(Sum("credit_cents", filter=~within), 0),
            debit=Coalesce(Sum("debit_cents", filter=within), 0),
            credit=Coalesce(Sum("credit_cents", filter=within), 0),
        )
    )
    found = {
        account: AccountBalance(Account(account), debit_before - credit_before, debit, credit)
        for account, debit_before, credit_before, debit, credit in sums
    }
    return [found[account] for account in Account if account in found]


def revenue_by_item(period: Period) -> list[Earned]:
    """The largest first."""
    own = JournalTotal.objects.filter(
        billing_entity=period.billing_entity,
        currency=period.currency,
        date__range=(period.first, period.last),
        account=Account.REVENUE,
    )
    sums = own.order_by().values_list("plan__name", "item_kind", "item_code")
    rows = sums.annotate(cents=Sum("credit_cents") - Sum("debit_cents"))
    return sorted((Earned(plan or "", *rest) for plan, *rest in rows), key=lambda each: -each.amount_cents)


def currencies_of_books(billing_entity: BillingEntity) -> list[str]:
    own = JournalTotal.objects.filter(billing_entity=billing_entity)
    return sorted(own.order_by().values_list("currency", flat=True).distinct())


def ledger_lines(period: Period, account: str) -> QuerySet[JournalLine]:
    """The lines of an account in the period, in the order of their dates, with their entries."""
    return period_lines(period).filter(account=account)


def period_lines(period: Period) -> QuerySet[JournalLine]:
    """All of them, as an export lists them."""
    lines = JournalLine.objects.filter(
        entry__billing_entity=period.billing_entity,
        entry__currency=period.currency,
        entry__date__range=(period.first, period.last),
    )
    return _named(lines.select_related("entry__customer", "plan"), "entry__").order_by(
        "entry__date", "entry_id", "position"
    )


def named_entries(entries: QuerySet[JournalEntry]) -> QuerySet[JournalEntry]:
    """With the number of the document and the sum of the debits."""
    debits = JournalLine.objects.filter(entry=OuterRef("pk"), amount_cents__gt=0).order_by().values("entry")
    return _named(entries, "").annotate(
        debit_cents=Subquery(debits.annotate(cents=Sum("amount_cents")).values("cents"))
    )


def entries_about(organization: Organization, document_ids: Iterable[UUID]) -> QuerySet[JournalEntry]:
    """The oldest first."""
    own = JournalEntry.objects.filter(organization=organization, document_id__in=list(document_ids))
    return named_entries(own).order_by("date", "id")


def documents_about(invoice: Invoice) -> list[UUID]:
    """An invoice with what was paid on it and given back of it."""
    payments = invoice.allocations.values_list("id", flat=True)
    return [invoice.id, *payments, *invoice.credit_notes.values_list("id", flat=True)]


def _named(rows: QuerySet, entry: str) -> QuerySet:
    """``number`` of the invoice or credit note, ``payment_id`` of a payment."""
    document = OuterRef(f"{entry}document_id")
    return rows.annotate(
        number=Coalesce(
            Subquery(Invoice.objects.filter(id=document).values("number")),
            Subquery(CreditNote.objects.filter(id=document).values("number")),
            Subquery(PaymentAllocation.objects.filter(id=document).values("payment__reference")),
        ),
        payment_id=Subquery(PaymentAllocation.objects.filter(id=document).values("payment_id")),
    )
