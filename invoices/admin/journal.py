"""The journal in the console: entries with their lines, and the way to them from the documents."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter
from unfold.decorators import display

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.console_admin import ConsoleAdmin
from billing_site.kernel.admin.display import NOTHING, day, instant, link, money
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.admin.table import Table
from invoices.admin.credit_note import CreditNoteAdmin
from invoices.admin.invoice import InvoiceAdmin
from invoices.admin.payment import PaymentAdmin
from invoices.models import CreditNote, Invoice, JournalDocument, JournalEntry, JournalLine, Payment
from invoices.queries.journal import documents_about, entries_about, named_entries

PAGES = {
    JournalDocument.INVOICE: "invoices_invoice_change",
    JournalDocument.CREDIT_NOTE: "invoices_creditnote_change",
    JournalDocument.PAYMENT_ALLOCATION: "invoices_payment_change",
    JournalDocument.WALLET: "invoices_wallet_change",
}


def document_link(entry: JournalEntry, number: str | None, payment_id: Any) -> Any:
    """To the page of the document; a transaction of a wallet has none of its own."""
    text = f"{entry.get_document_display()} {number or ''}".strip()
    page = PAGES.get(JournalDocument(entry.document))
    if page is None:
        return text
    return format_html(
        '<a class="mb-link" href="{}">{}</a>', reverse(f"admin:{page}", args=[payment_id or entry.document_id]), text
    )


def account_name(account: str) -> str:
    return account.replace("_", " ").capitalize()


def about(line: JournalLine) -> str:
    """``Scale: seats``, ``setup``, ``vat``."""
    return ": ".join(part for part in (line.plan.name if line.plan else "", line.item_code) if part)


def debit_and_credit(cents: int, currency: str) -> tuple[str, str]:
    shown = money(abs(cents), currency)
    return (shown, "") if cents > 0 else ("", shown)


@admin.register(JournalEntry)
class JournalEntryAdmin(ConsoleAdmin):
    page_template = "admin/facts_and_table.html"
    list_display = ["named", "document_shown", "customer_link", "dated", "amount"]
    list_display_links = ["named"]
    list_filter = [
        ("document", ChoicesDropdownFilter),
        ("event", ChoicesDropdownFilter),
        ("date", RangeDateFilter),
    ]
    list_select_related = ["customer"]
    ordering = ["-date", "-id"]
    empty_text = (
        "Nothing is posted yet. Issued invoices, payments, credit notes and prepaid credits post their entries."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[JournalEntry]:
        return named_entries(super().get_queryset(request))

    @display(description="Entry")
    def named(self, entry: JournalEntry) -> str:
        return str(entry)

    @display(description="Document")
    def document_shown(self, entry: Any) -> Any:
        return document_link(entry, entry.number, entry.payment_id)

    @display(description="Customer")
    def customer_link(self, entry: JournalEntry) -> Any:
        return link(entry.customer)

    @display(description="Date")
    def dated(self, entry: JournalEntry) -> str:
        return day(entry.date)

    @display(description="Amount")
    def amount(self, entry: Any) -> str:
        return money(entry.debit_cents or 0, entry.currency)

    def page_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        facts = [
            ("Document", self.document_shown(row)),
            ("Event", row.get_event_display()),
            ("Customer", link(row.customer)),
            ("Billing entity", link(row.billing_entity)),
            ("Date", day(row.date)),
            ("Posted (UTC)", instant(row.created_at)),
        ]
        return {"facts": facts, "table": _lines_of(row)}


def _lines_of(entry: JournalEntry) -> Table:
    return Table(
        columns=("Account", "About", "Debit", "Credit"),
        rows=[
            (account_name(line.account), about(line), *debit_and_credit(line.amount_cents, entry.currency))
            for line in entry.lines.select_related("plan").order_by("position")
        ],
        numbers={"Debit", "Credit"},
    )


def journal_of_invoice(request: HttpRequest, invoice: Invoice, values: dict[str, Any]) -> HttpResponse:
    return _journal_page(request, documents_about(invoice))


def journal_of_credit_note(request: HttpRequest, note: CreditNote, values: dict[str, Any]) -> HttpResponse:
    return _journal_page(request, [note.id])


def journal_of_payment(request: HttpRequest, payment: Payment, values: dict[str, Any]) -> HttpResponse:
    return _journal_page(request, payment.allocations.values_list("id", flat=True))


def _journal_page(request: HttpRequest, document_ids: Any) -> HttpResponse:
    entries = entries_about(organization_of(request), document_ids).prefetch_related("lines__plan")
    table = Table(
        columns=("Date", "Entry", "Document", "Account", "About", "Debit", "Credit"),
        rows=[
            (
                day(entry.date) if first else "",
                link(entry) if first else "",
                document_link(entry, entry.number, entry.payment_id) if first else "",
                account_name(line.account),
                about(line) or NOTHING,
                *debit_and_credit(line.amount_cents, entry.currency),
            )
            for entry in cast("Iterable[Any]", entries)
            for first, line in ((position == 0, each) for position, each in enumerate(entry.lines.all()))
        ],
        numbers={"Debit", "Credit"},
        empty="Nothing is posted: only what is issued is, and what is worth money.",
    )
    return TemplateResponse(request, "admin/table_page.html", {"table": table, "title": "Journal"})


def _button(command: Any) -> Button:
    return Button(name="journal", label="Journal", command=command, icon="menu_book", permission="view", safe=True)


InvoiceAdmin.buttons = (*InvoiceAdmin.buttons, _button(journal_of_invoice))
CreditNoteAdmin.buttons = (*CreditNoteAdmin.buttons, _button(journal_of_credit_note))
PaymentAdmin.buttons = (*PaymentAdmin.buttons, _button(journal_of_payment))
