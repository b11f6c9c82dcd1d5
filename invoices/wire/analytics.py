"""Months of revenue as the API shows them: a month is its first instant, of UTC."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any, TypedDict

from billing_site.kernel.api.wire import instant_ms
from invoices.queries.analytics import MonthRow


class MonthWire(TypedDict):
    month: str
    amount_cents: int
    currency: str


class GrossRevenueWire(MonthWire):
    invoices_count: int


class InvoiceCollectionWire(GrossRevenueWire):
    payment_status: str


class InvoicedUsageWire(MonthWire):
    code: str


class OverdueBalanceWire(MonthWire):
    lago_invoice_ids: list[str]


def months_wire(rows: Sequence[MonthRow]) -> list[dict[str, Any]]:
    return [{**row, "month": instant_ms(datetime.combine(row["month"], time(), UTC))} for row in rows]
