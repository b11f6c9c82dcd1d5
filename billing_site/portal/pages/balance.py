"""What a customer has to pay now, and when the next invoice comes."""

from dataclasses import dataclass

from billing_site.kernel.formatting import format_date, format_money
from billing_site.portal.access import Visit
from billing_site.portal.queries import Owed, next_billing_at, owed_by
from plans.periods import local_date


@dataclass(frozen=True, slots=True)
class OwedAmount:
    """What is open in one currency. ``due`` tells the earliest date; ``overdue`` is empty where nothing is late."""

    amount: str
    due: str
    open_invoices: str
    overdue: str


@dataclass(frozen=True, slots=True)
class Balance:
    owed: tuple[OwedAmount, ...]
    next_invoice: str


def balance_of(visit: Visit) -> Balance:
    next_at = next_billing_at(visit.customer)
    return Balance(
        owed=tuple(_owed(visit, owed) for owed in owed_by(visit.customer)),
        next_invoice=format_date(local_date(next_at, visit.timezone), visit.locale) if next_at else "",
    )


def _owed(visit: Visit, owed: Owed) -> OwedAmount:
    words, currency, locale = visit.words, owed["currency"], visit.locale
    overdue_cents = owed["overdue_amount_cents"]
    overdue = format_money(overdue_cents, currency, locale) if overdue_cents else ""
    due = words.pay_by if owed["invoices_count"] == 1 else words.first_due
    return OwedAmount(
        amount=format_money(owed["amount_cents"], currency, locale),
        due=due.format(date=format_date(owed["due_date"], locale)),
        open_invoices=words.open_invoices.format(count=owed["invoices_count"]),
        overdue=words.of_which_overdue.format(amount=overdue) if overdue else "",
    )
