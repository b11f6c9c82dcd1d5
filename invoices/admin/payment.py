"""Payments in the console: what came in, and what it paid."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter
from unfold.decorators import display

from billing_site.kernel.admin.console_admin import ConsoleAdmin
from billing_site.kernel.admin.display import badge, instant, link, money
from billing_site.kernel.admin.table import Table
from invoices.models import Payment, PaymentReceipt, PaymentType


@admin.register(Payment)
class PaymentAdmin(ConsoleAdmin):
    page_template = "admin/payment.html"
    list_display = ["named", "customer_link", "state", "kind", "paid", "amount"]
    list_display_links = ["named"]
    list_filter = [
        ("payment_status", ChoicesDropdownFilter),
        ("payment_type", ChoicesDropdownFilter),
        ("paid_at", RangeDateFilter),
    ]
    list_select_related = ["customer"]
    ordering = ["-created_at", "-id"]
    search_fields = ["reference", "provider_payment_id"]
    search_help_text = "Reference"
    empty_text = "No payments yet. Record one on an invoice or on a customer's page."

    @display(description="Reference")
    def named(self, payment: Payment) -> str:
        return str(payment)

    @display(description="Customer")
    def customer_link(self, payment: Payment) -> str:
        return link(payment.customer)

    @display(description="State")
    def state(self, payment: Payment) -> str:
        return badge(payment.payment_status)

    @display(description="By")
    def kind(self, payment: Payment) -> str:
        return payment.provider_code or "hand"

    @display(description="Paid (UTC)")
    def paid(self, payment: Payment) -> str:
        return instant(payment.paid_at)

    @display(description="Amount")
    def amount(self, payment: Payment) -> str:
        return money(payment.amount_cents, payment.amount_currency)

    def page_context(self, request: HttpRequest, row: Payment) -> dict[str, Any]:
        receipt = PaymentReceipt.objects.filter(payment=row).first()
        facts = [
            ("State", badge(row.payment_status)),
            ("Customer", link(row.customer)),
            ("Amount", money(row.amount_cents, row.amount_currency)),
            ("Paid (UTC)", instant(row.paid_at)),
            ("Recorded (UTC)", instant(row.created_at)),
            ("By", row.provider_code or "hand"),
            ("Receipt", receipt.number if receipt else ""),
            ("Number there", row.provider_payment_id),
            ("Asked for", "on a page" if row.on_page else ""),
            ("Why it failed", row.failure_reason),
        ]
        return {"facts": [fact for fact in facts if fact[1]], "table": _invoices_of(row), "told": _told_of(row)}


def _invoices_of(payment: Payment) -> Table:
    allocations = payment.allocations.select_related("invoice").order_by("created_at", "id")
    return Table(
        columns=("Invoice", "Gets", "Still due"),
        rows=[
            (
                link(allocation.invoice),
                money(allocation.amount_cents, payment.amount_currency),
                money(allocation.invoice.total_due_amount_cents, payment.amount_currency),
            )
            for allocation in allocations
        ],
        numbers={"Gets", "Still due"},
    )


def _told_of(payment: Payment) -> Table | None:
    """What the provider said of it, in the order in which it arrived."""
    if payment.payment_type != PaymentType.PROVIDER:
        return None
    messages = payment.provider_messages.order_by("created_at", "id")
    return Table(
        columns=("Told (UTC)", "By the provider", "State", "Why"),
        rows=[
            (
                instant(message.created_at),
                message.event_type,
                badge(message.said_status) if message.said_status else "",
                message.said,
            )
            for message in messages
        ],
    )
