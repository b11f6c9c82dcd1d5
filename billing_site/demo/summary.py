"""What the demo was billed, invoice by invoice and fee by fee."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from billing_site.demo.client import DemoClient, Json
from billing_site.kernel.formatting import format_money, format_units


def summary(client: DemoClient, customers: Sequence[str]) -> Iterator[str]:
    for customer in customers:
        invoices = client.call("GET", f"customers/{customer}/invoices?per_page=100")["invoices"]
        for short in reversed(invoices):
            yield from _invoice_lines(customer, client.call("GET", f"invoices/{short['lago_id']}")["invoice"])


def _invoice_lines(customer: str, invoice: Json) -> Iterator[str]:
    yield f"\n{invoice['number']}  {customer}  {invoice['issuing_date']}  {invoice['status']}"
    for fee in invoice["fees"]:
        units = format_units(Decimal(fee["units"]), "en")
        yield f"    {fee['item']['invoice_display_name']:<24} {units:>16} units  {_money(fee, 'amount_cents')}"
    if invoice["taxes_amount_cents"]:
        yield f"    {'Taxes':<47}  {_money(invoice, 'taxes_amount_cents')}"
    yield f"    {'Total':<47}  {_money(invoice, 'total_amount_cents')}"


def _money(row: Json, field: str) -> str:
    currency = row.get("amount_currency") or row["currency"]
    return f"{row[field]:>10,} cents  {format_money(row[field], currency, 'en'):>14}"
