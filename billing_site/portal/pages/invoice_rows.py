"""Invoices as the rows of a list."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from billing_site.kernel.formatting import format_date, format_money
from billing_site.portal.access import Visit
from billing_site.portal.words import Words
from invoices.models import Invoice, InvoiceStatus, PaymentStatus


@dataclass(frozen=True, slots=True)
class Badge:
    """A state in a word; ``tone`` is the name of its colour: good, open, bad or off."""

    word: str
    tone: str


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """``due`` is empty where nothing is left to pay."""

    id: UUID
    number: str
    date: str
    badge: Badge
    amount: str
    due: str


def invoice_rows(visit: Visit, invoices: Iterable[Invoice]) -> list[InvoiceRow]:
    return [_row(visit, invoice) for invoice in invoices]


def badge_of(invoice: Invoice, words: Words) -> Badge:
    if invoice.status == InvoiceStatus.VOIDED:
        return Badge(words.voided, "off")
    if invoice.payment_status == PaymentStatus.SUCCEEDED or not invoice.total_due_amount_cents:
        return Badge(words.paid, "good")
    if invoice.payment_overdue:
        return Badge(words.overdue, "bad")
    if invoice.payment_status == PaymentStatus.FAILED:
        return Badge(words.payment_failed, "bad")
    return Badge(words.open, "open")


def due_of(visit: Visit, invoice: Invoice) -> str:
    """What is left to pay; empty once it is paid or void."""
    if invoice.payment_status == PaymentStatus.SUCCEEDED or not invoice.total_due_amount_cents:
        return ""
    return format_money(invoice.total_due_amount_cents, invoice.currency, visit.locale)


def _row(visit: Visit, invoice: Invoice) -> InvoiceRow:
    return InvoiceRow(
        id=invoice.id,
        number=invoice.number,
        date=format_date(invoice.issuing_date, visit.locale, "medium"),
        badge=badge_of(invoice, visit.words),
        amount=format_money(invoice.total_amount_cents, invoice.currency, visit.locale),
        due=due_of(visit, invoice),
    )
