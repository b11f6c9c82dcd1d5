"""Fees in the console: a list over all invoices; a fee's page is its invoice's, or says why it is what it is."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from billing_site.kernel.admin.console_admin import ConsoleAdmin
from billing_site.kernel.admin.display import day, link, money, units, url_of
from invoices.admin.why_page import why_url
from invoices.models import Fee


@admin.register(Fee)
class FeeAdmin(ConsoleAdmin):
    list_display = ["item", "customer_link", "invoice_link", "quantity", "amount", "created"]
    list_display_links = ["item"]
    list_filter = [("fee_type", ChoicesDropdownFilter), ("payment_status", ChoicesDropdownFilter)]
    list_select_related = ["customer", "invoice"]
    ordering = ["-created_at", "-id"]
    empty_text = "No fees yet. Every line of an invoice is one."

    @display(description="Fee")
    def item(self, fee: Fee) -> str:
        return fee.display_name

    @display(description="Customer")
    def customer_link(self, fee: Fee) -> str:
        return link(fee.customer)

    @display(description="Invoice")
    def invoice_link(self, fee: Fee) -> str:
        return link(fee.invoice, "Draft" if fee.invoice and fee.invoice.is_draft else "")

    @display(description="Units")
    def quantity(self, fee: Fee) -> str:
        return units(fee.units)

    @display(description="Amount")
    def amount(self, fee: Fee) -> str:
        return money(fee.amount_cents, fee.amount_currency)

    @display(description="Made")
    def created(self, fee: Fee) -> str:
        return day(fee.created_at.date())

    def show(self, request: HttpRequest, row: Fee) -> HttpResponse:
        if not self.has_view_permission(request, row):
            return super().show(request, row)
        return HttpResponseRedirect(url_of(row.invoice) if row.invoice else why_url(row))
