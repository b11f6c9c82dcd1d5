"""Payment requests in the console."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from billing_site.kernel.admin.console_admin import ConsoleAdmin
from billing_site.kernel.admin.display import badge, day, link, money
from billing_site.kernel.admin.table import Table
from invoices.admin.invoice_page import payment_badge
from invoices.models import PaymentRequest


@admin.register(PaymentRequest)
class PaymentRequestAdmin(ConsoleAdmin):
    page_template = "admin/facts_and_table.html"
    list_display = ["sent_on", "customer_link", "state", "mail", "amount"]
    list_display_links = ["sent_on"]
    list_filter = [("payment_status", ChoicesDropdownFilter)]
    list_select_related = ["customer", "dunning_campaign"]
    ordering = ["-created_at", "-id"]
    search_fields = ["email"]
    search_help_text = "E-mail"
    empty_text = "No payment requests yet. Make one on the page of a customer with overdue invoices."

    @display(description="Made")
    def sent_on(self, request: PaymentRequest) -> str:
        return day(request.created_at.date())

    @display(description="Customer")
    def customer_link(self, request: PaymentRequest) -> str:
        return link(request.customer)

    @display(description="State")
    def state(self, request: PaymentRequest) -> str:
        return badge(request.payment_status)

    @display(description="E-mail")
    def mail(self, request: PaymentRequest) -> str:
        return request.email

    @display(description="Asked for")
    def amount(self, request: PaymentRequest) -> str:
        return money(request.amount_cents, request.amount_currency)

    def page_context(self, request: HttpRequest, row: PaymentRequest) -> dict[str, Any]:
        requested = row.requested_invoices.select_related("invoice").order_by("id")
        lines = [
            (link(each.invoice), payment_badge(each.invoice), money(each.amount_cents, row.amount_currency))
            for each in requested
        ]
        facts = [
            ("State", badge(row.payment_status)),
            ("Customer", link(row.customer)),
            ("Sent to", row.email),
            ("Made", day(row.created_at.date())),
            ("Asked by", row.dunning_campaign.name if row.dunning_campaign else ""),
            ("Asked for", money(row.amount_cents, row.amount_currency)),
        ]
        table = Table(columns=("Invoice", "Payment", "Was due"), rows=lines, numbers={"Was due"})
        return {"facts": facts, "table": table}
