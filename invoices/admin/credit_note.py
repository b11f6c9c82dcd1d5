"""Credit notes in the console: what was given back, and what is left of it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.console_admin import ConsoleAdmin
from billing_site.kernel.admin.display import badge, day, instant, link, money
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.admin.table import Table
from billing_site.kernel.admin.tabs import Tab
from customers.admin.customer import CustomerAdmin
from customers.models import Customer
from invoices.documents.credit_note import credit_note_pdf
from invoices.models import CreditNote, CreditNoteStatus, RefundStatus
from invoices.services.credit_note import update_credit_note, void_credit_note

NOTES_SHOWN = 100


def download(request: HttpRequest, note: CreditNote, values: dict[str, Any]) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{note.number}.pdf"'}
    return HttpResponse(credit_note_pdf(note).content, content_type="application/pdf", headers=headers)


def void(request: HttpRequest, note: CreditNote, values: dict[str, Any]) -> str:
    void_credit_note(credit_note=note, at=organization_of(request).now())
    return f"Nothing is left of credit note {note.number}."


def refunded(request: HttpRequest, note: CreditNote, values: dict[str, Any]) -> str:
    update_credit_note(credit_note=note, at=organization_of(request).now(), refund_status=RefundStatus.SUCCEEDED)
    return f"{money(note.refund_amount_cents, note.currency)} are recorded as refunded."


def what_is_given_up(request: HttpRequest, note: CreditNote) -> str:
    return f"{money(note.balance_amount_cents, note.currency)} of credit are given up."


def has_balance(note: CreditNote) -> bool:
    return note.balance_amount_cents > 0


def awaits_refund(note: CreditNote) -> bool:
    return note.refund_status in (RefundStatus.PENDING, RefundStatus.FAILED)


@admin.register(CreditNote)
class CreditNoteAdmin(ConsoleAdmin):
    page_template = "admin/facts_and_table.html"
    list_display = ["number", "customer_link", "invoice_link", "credit", "refund", "issued", "left", "total"]
    list_display_links = ["number"]
    list_filter = [
        ("credit_status", ChoicesDropdownFilter),
        ("refund_status", ChoicesDropdownFilter),
        ("reason", ChoicesDropdownFilter),
        ("issuing_date", RangeDateFilter),
    ]
    list_select_related = ["customer", "invoice"]
    ordering = ["-issuing_date", "-created_at", "-id"]
    search_fields = ["number"]
    search_help_text = "Number"
    empty_text = "No credit notes yet. Issue one on an invoice; unused days of plans paid in advance make their own."
    views = (
        ("All", {}),
        ("With credit left", {"credit_status__exact": "available"}),
        ("To refund", {"refund_status__exact": "pending"}),
    )
    buttons: Sequence[Button] = (
        Button(name="pdf", label="Download PDF", command=download, icon="download", permission="view", safe=True),
        Button(
            name="refunded",
            label="Refunded",
            command=refunded,
            icon="payments",
            confirm="The money went back to the customer.",
            allowed=awaits_refund,
        ),
        Button(
            name="void",
            label="Void",
            command=void,
            icon="block",
            confirm=what_is_given_up,
            allowed=has_balance,
            variant=ActionVariant.DANGER,
        ),
    )

    @display(description="Customer")
    def customer_link(self, note: CreditNote) -> str:
        return link(note.customer)

    @display(description="Invoice")
    def invoice_link(self, note: CreditNote) -> str:
        return link(note.invoice)

    @display(description="Credit")
    def credit(self, note: CreditNote) -> str:
        return badge(note.credit_status) if note.credit_status else ""

    @display(description="Refund")
    def refund(self, note: CreditNote) -> str:
        return badge(note.refund_status) if note.refund_status else ""

    @display(description="Issued")
    def issued(self, note: CreditNote) -> str:
        return day(note.issuing_date)

    @display(description="Left")
    def left(self, note: CreditNote) -> str:
        return money(note.balance_amount_cents, note.currency)

    @display(description="Total")
    def total(self, note: CreditNote) -> str:
        return money(note.total_amount_cents, note.currency)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CreditNote]:
        return super().get_queryset(request).filter(status=CreditNoteStatus.FINALIZED)

    def page_context(self, request: HttpRequest, row: CreditNote) -> dict[str, Any]:
        return {"facts": [fact for fact in _facts(row) if fact[1]], "table": _items(row), "heading": "Items"}


def _facts(note: CreditNote) -> list[tuple[str, Any]]:
    ways = (("Credit", note.credit_amount_cents), ("Refund", note.refund_amount_cents))
    amounts = [
        ("Total", note.total_amount_cents),
        *ways,
        ("Off the invoice", note.offset_amount_cents),
        ("Left of the credit", note.balance_amount_cents),
        ("Discounts taken along", note.coupons_adjustment_amount_cents),
        ("Tax", note.taxes_amount_cents),
    ]
    return [
        ("Customer", link(note.customer)),
        ("Invoice", link(note.invoice)),
        ("Issued", day(note.issuing_date)),
        ("Reason", note.get_reason_display() + (", by itself" if note.is_automatic else "")),
        *((label, money(cents, note.currency)) for label, cents in amounts if cents),
        ("Credit is", badge(note.credit_status) if note.credit_status else ""),
        ("Refund is", badge(note.refund_status) if note.refund_status else ""),
        ("Voided (UTC)", instant(note.voided_at) if note.voided_at else ""),
        ("Refunded (UTC)", instant(note.refunded_at) if note.refunded_at else ""),
        ("Description", note.description),
    ]


def _items(note: CreditNote) -> Table:
    return Table(
        columns=("Fee", "Billed", "Given back"),
        rows=[
            (
                item.fee.display_name,
                money(item.fee.amount_cents, note.currency),
                money(item.amount_cents, note.currency),
            )
            for item in note.items.select_related("fee").order_by("created_at", "id")
        ],
        numbers={"Billed", "Given back"},
    )


def credit_notes_of_customer(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    own = CreditNote.objects.filter(customer=customer, status=CreditNoteStatus.FINALIZED).select_related("invoice")
    return {
        "table": Table(
            columns=("Credit note", "Invoice", "Credit", "Refund", "Issued", "Left", "Total"),
            rows=[
                (
                    link(note),
                    link(note.invoice),
                    badge(note.credit_status) if note.credit_status else "",
                    badge(note.refund_status) if note.refund_status else "",
                    day(note.issuing_date),
                    money(note.balance_amount_cents, note.currency),
                    money(note.total_amount_cents, note.currency),
                )
                for note in own.order_by("-issuing_date", "-created_at", "-id")[:NOTES_SHOWN]
            ],
            numbers={"Left", "Total"},
            empty="No credit notes.",
        )
    }


CustomerAdmin.tabs += [
    Tab(
        name="credit_notes",
        title="Credit notes",
        template="admin/tab_table.html",
        context=credit_notes_of_customer,
        permission="invoices.view_creditnote",
        position=25,
    )
]
