"""A message on its way to one endpoint: every attempt, and a button for one more."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.console_admin import ConsoleAdmin
from billing_site.kernel.admin.display import badge, instant, link
from billing_site.kernel.admin.table import Table
from customers.models import WebhookDelivery
from customers.services.webhook import resend_webhook


def resend(request: HttpRequest, delivery: WebhookDelivery, values: dict[str, Any]) -> str:
    resend_webhook(delivery=delivery)
    return "It is sent again now. The receiver knows it by its key and may take it for the same message."


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ConsoleAdmin):
    organization_lookup = "endpoint__organization"
    page_template = "admin/webhook_delivery.html"
    list_display = ["message_type", "address", "state", "attempts_count", "next_attempt"]
    list_display_links = ["message_type"]
    list_filter = [("status", ChoicesDropdownFilter)]
    list_select_related = ["message", "endpoint"]
    ordering = ["-id"]
    empty_text = "Nothing was told yet. Messages go to the endpoints that want their type."
    views = (
        ("All", {}),
        ("Waiting", {"status__exact": "pending"}),
        ("Given up", {"status__exact": "failed"}),
    )
    buttons = (Button(name="resend", label="Send again", command=resend, icon="send"),)

    @display(description="Message")
    def message_type(self, delivery: WebhookDelivery) -> str:
        return delivery.message.webhook_type

    @display(description="Endpoint")
    def address(self, delivery: WebhookDelivery) -> str:
        return str(delivery.endpoint)

    @display(description="State")
    def state(self, delivery: WebhookDelivery) -> str:
        return badge(delivery.status)

    @display(description="Next attempt (UTC)")
    def next_attempt(self, delivery: WebhookDelivery) -> str:
        return instant(delivery.next_attempt_at)

    def page_context(self, request: HttpRequest, row: WebhookDelivery) -> dict[str, Any]:
        facts = [
            ("Message", link(row.message)),
            ("Endpoint", link(row.endpoint)),
            ("State", badge(row.status)),
            ("Key (X-Lago-Unique-Key)", str(row.id)),
            ("Next attempt (UTC)", instant(row.next_attempt_at)),
        ]
        return {"facts": facts, "table": attempts(row)}


def attempts(delivery: WebhookDelivery) -> Table:
    return Table(
        columns=("Attempt (UTC)", "Answer", "Took", "What it said"),
        numbers={"Took"},
        rows=[
            (instant(each.at), each.http_status or "none", f"{each.milliseconds:,} ms", each.error or each.response)
            for each in delivery.attempts.order_by("-id")[:100]
        ],
        empty="Not attempted yet.",
    )
