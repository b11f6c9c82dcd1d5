"""Customers that a run set aside, with the reason and a way to try again."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.console_admin import ConsoleAdmin
from billing_site.kernel.admin.display import badge, instant, link
from billing_site.kernel.errors import NotAllowed
from customers.admin.bulk import BulkAction, bulk_action
from invoices.models import BillingFailure
from invoices.services.billing import retry_customer
from invoices.services.bulk_retries import RETRY


def retry(request: HttpRequest, failure: BillingFailure, values: dict[str, Any]) -> str:
    billed = retry_customer(failure=failure)
    reason = billed.failures.get(failure.customer_id)
    if reason:
        raise NotAllowed("still_failing", f"Still not possible: {reason}")
    return f"{failure.customer} is billed: {len(billed.invoice_ids)} invoice(s)."


def is_open(failure: BillingFailure) -> bool:
    return failure.resolved_at is None


RETRY_ALL = BulkAction(command=RETRY, permission="invoices.change_billingfailure")


@admin.register(BillingFailure)
class BillingFailureAdmin(ConsoleAdmin):
    list_display = ["customer_name", "reason", "state", "happened"]
    list_display_links = ["customer_name"]
    list_select_related = ["customer"]
    ordering = ["-created_at", "-id"]
    empty_text = "No failures. A customer that cannot be billed is set aside here; the others are billed."
    views = (("Open", {"resolved_at__isnull": "True"}), ("Resolved", {"resolved_at__isnull": "False"}), ("All", {}))
    row_actions = (bulk_action(RETRY_ALL),)
    buttons = (
        Button(
            name="retry",
            label="Retry",
            command=retry,
            icon="refresh",
            allowed=is_open,
            variant=ActionVariant.PRIMARY,
        ),
    )

    @display(description="Customer")
    def customer_name(self, failure: BillingFailure) -> str:
        return failure.customer.display_name

    @display(description="State")
    def state(self, failure: BillingFailure) -> str:
        return badge("resolved") if failure.resolved_at else badge("failed", "open")

    @display(description="Happened (UTC)")
    def happened(self, failure: BillingFailure) -> str:
        return instant(failure.at)

    def page_context(self, request: HttpRequest, row: BillingFailure) -> dict[str, Any]:
        facts = [
            ("Customer", link(row.customer)),
            ("State", self.state(row)),
            ("Run", link(row.run, instant(row.run.at)) if row.run else ""),
            ("Happened (UTC)", instant(row.at)),
            ("Resolved (UTC)", instant(row.resolved_at)),
            ("Why", row.reason),
        ]
        return {"facts": facts}
