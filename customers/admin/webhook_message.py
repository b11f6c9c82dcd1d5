"""Webhook messages: what was told, and to whom."""

import json
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from billing_site.kernel.admin.console_admin import ConsoleAdmin
from billing_site.kernel.admin.display import badge, instant, link
from billing_site.kernel.admin.table import Table
from customers.models import WebhookMessage
from customers.webhooks import with_payloads


@admin.register(WebhookMessage)
class WebhookMessageAdmin(ConsoleAdmin):
    page_template = "admin/webhook_message.html"
    list_display = ["webhook_type", "happened"]
    list_display_links = ["webhook_type"]
    search_fields = ["webhook_type__istartswith"]
    search_help_text = "Type, such as invoice.created"
    ordering = ["-id"]
    empty_text = "Nothing was told yet. A sandbox keeps all messages, others those that an endpoint wants."

    @display(description="Happened (UTC)")
    def happened(self, message: WebhookMessage) -> str:
        return instant(message.created_at)

    def page_context(self, request: HttpRequest, row: WebhookMessage) -> dict[str, Any]:
        with_payloads([row])
        return {
            "facts": [("Type", row.webhook_type), ("Happened (UTC)", instant(row.created_at))],
            "table": deliveries(row),
            "body": json.dumps(row.payload, indent=2, ensure_ascii=False),
        }


def deliveries(message: WebhookMessage) -> Table:
    return Table(
        columns=("Endpoint", "State", "Attempts", "Next attempt (UTC)"),
        numbers={"Attempts"},
        rows=[
            (link(each, str(each.endpoint)), badge(each.status), each.attempts_count, instant(each.next_attempt_at))
            for each in message.deliveries.select_related("endpoint").order_by("id")
        ],
        empty="No endpoint wants this type.",
    )
