"""Invoices in the console: read, and moved on by buttons."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.console_admin import ConsoleAdmin
from billing_site.kernel.admin.display import badge, day, link, money
from billing_site.kernel.admin.scope import organization_of
from customers.models import Customer
from invoices.admin.adjusting import ADJUST, REMOVE_ADJUSTMENT
from invoices.admin.bulk import LIST_BUTTONS, SEND
from invoices.admin.bulk_rows import ROW_ACTIONS
from invoices.admin.collecting import COLLECT, PAY_INVOICE
from invoices.admin.crediting import CREDIT, VOID
from invoices.admin.invoice_page import invoice_page, payment_badge
from invoices.admin.regenerating import REGENERATE
from invoices.documents.store import invoice_pdf
from invoices.models import VISIBLE_STATUSES, Invoice, InvoiceStatus
from invoices.queries import numbered
from invoices.services.invoice import finalize_invoice, refresh_invoice

# A search that fits more customers than this is too vague to show their invoices by.
MOST_CUSTOMERS = 200


def finalize(request: HttpRequest, invoice: Invoice, values: dict[str, Any]) -> str:
    finalized = finalize_invoice(invoice=invoice, at=organization_of(request).now())
    return f"Invoice {finalized.number} is final."


def refresh(request: HttpRequest, invoice: Invoice, values: dict[str, Any]) -> str:
    refreshed = refresh_invoice(invoice=invoice, at=organization_of(request).now())
    return f"Computed again from today's usage: {money(refreshed.total_amount_cents, refreshed.currency)}."


def download(request: HttpRequest, invoice: Invoice, values: dict[str, Any]) -> HttpResponse:
    name = f"{invoice.number or 'draft'}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(invoice_pdf(invoice).content, content_type="application/pdf", headers=headers)


def is_draft(invoice: Invoice) -> bool:
    return invoice.is_draft


@admin.register(Invoice)
class InvoiceAdmin(ConsoleAdmin):
    page_template = "admin/invoice.html"
    list_display = ["number_or_draft", "customer_link", "state", "payment", "issued", "due", "total"]
    list_display_links = ["number_or_draft"]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        ("payment_status", ChoicesDropdownFilter),
        ("invoice_type", ChoicesDropdownFilter),
        ("issuing_date", RangeDateFilter),
    ]
    list_select_related = ["customer"]
    ordering = ["-issuing_date", "-created_at", "-id"]
    search_fields = ["number"]
    search_help_text = "Number or customer"
    empty_text = "No invoices yet. Billing runs make them when a period ends."
    views = (
        ("All", {}),
        ("Drafts", {"status__exact": "draft"}),
        ("Unpaid", {"status__exact": "finalized", "payment_status__exact": "pending"}),
        ("Overdue", {"payment_overdue__exact": "1"}),
        ("Failed", {"status__exact": "failed"}),
    )
    list_buttons = LIST_BUTTONS
    row_actions = ROW_ACTIONS
    buttons: Sequence[Button] = (
        Button(name="pdf", label="Download PDF", command=download, icon="download", permission="view", safe=True),
        Button(name="refresh", label="Refresh", command=refresh, icon="refresh", allowed=is_draft),
        PAY_INVOICE,
        COLLECT,
        SEND,
        CREDIT,
        ADJUST,
        REMOVE_ADJUSTMENT,
        Button(
            name="finalize",
            label="Finalize",
            command=finalize,
            confirm="The invoice is computed one last time, gets its number, and cannot be changed any more.",
            allowed=is_draft,
            variant=ActionVariant.PRIMARY,
        ),
        VOID,
        REGENERATE,
    )

    @display(description="Number")
    def number_or_draft(self, invoice: Invoice) -> str:
        return invoice.number or "Draft"

    @display(description="Customer")
    def customer_link(self, invoice: Invoice) -> str:
        return link(invoice.customer)

    @display(description="State")
    def state(self, invoice: Invoice) -> str:
        return badge(invoice.status)

    @display(description="Payment")
    def payment(self, invoice: Invoice) -> str:
        if invoice.status != InvoiceStatus.FINALIZED:
            return ""
        return payment_badge(invoice)

    @display(description="Issued")
    def issued(self, invoice: Invoice) -> str:
        return day(invoice.issuing_date)

    @display(description="Due")
    def due(self, invoice: Invoice) -> str:
        return day(invoice.payment_due_date)

    @display(description="Total")
    def total(self, invoice: Invoice) -> str:
        return money(invoice.total_amount_cents, invoice.currency)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invoice]:
        return super().get_queryset(request).filter(status__in=VISIBLE_STATUSES)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == "payment_overdue__exact" or super().lookup_allowed(lookup, value, request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Invoice], search_term: str
    ) -> tuple[QuerySet[Invoice], bool]:
        """By number, or by customer: their ids first, for one OR over two tables could use no index."""
        term = search_term.strip()
        if not term:
            return queryset, False
        named = Customer.objects.filter(organization=organization_of(request)).filter(
            Q(name__icontains=term) | Q(external_id__icontains=term) | Q(email__icontains=term)
        )
        customer_ids = list(named.values_list("pk", flat=True)[:MOST_CUSTOMERS])
        return queryset.filter(numbered(organization_of(request), term) | Q(customer_id__in=customer_ids)), False

    def page_context(self, request: HttpRequest, row: Invoice) -> dict[str, Any]:
        return invoice_page(row)
