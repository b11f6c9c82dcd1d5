"""The journal as files: comma-separated, amounts in currency units with all digits of the currency."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from billing_site.kernel.money import to_units
from invoices.models import JournalLine
from invoices.queries.journal import AccountBalance, Period

LINES_AT_A_TIME = 2000
LINE_COLUMNS = (
    *("date", "entry_id", "document", "document_id", "number", "event", "customer", "account", "plan"),
    *("item_kind", "item_code", "currency", "debit", "credit"),
)
BALANCE_COLUMNS = ("billing_entity", "currency", "from", "to", "account", "opening", "debit", "credit", "closing")
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Echo:
    """Gives back what a csv.writer writes."""

    def write(self, row: str) -> str:
        return row


def journal_csv(lines: QuerySet[JournalLine]) -> Iterator[str]:
    """Line by line, so that a long journal needs no memory."""
    return _written(LINE_COLUMNS, (_line(line) for line in lines.iterator(chunk_size=LINES_AT_A_TIME)))


def trial_balance_csv(period: Period, balances: Iterable[AccountBalance]) -> Iterator[str]:
    return _written(BALANCE_COLUMNS, (_balance(period, balance) for balance in balances))


def _written(columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow(row)


def _line(line: Any) -> tuple[Any, ...]:
    entry, units = line.entry, f"{to_units(abs(line.amount_cents), line.entry.currency):f}"
    return (
        *(entry.date.isoformat(), entry.id, entry.document, entry.document_id, _text(line.number or ""), entry.event),
        *(_text(entry.customer.external_id), line.account, _text(line.plan.code if line.plan else "")),
        *(line.item_kind, _text(line.item_code), entry.currency),
        *((units, "") if line.amount_cents > 0 else ("", units)),
    )


def _balance(period: Period, balance: AccountBalance) -> tuple[Any, ...]:
    cents = (balance.opening, balance.debit, balance.credit, balance.closing)
    return (
        *(_text(period.billing_entity.code), period.currency, period.first.isoformat(), period.last.isoformat()),
        *(balance.account, *(f"{to_units(each, period.currency):f}" for each in cents)),
    )


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
