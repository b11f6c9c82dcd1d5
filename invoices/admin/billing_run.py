"""Billing runs in the console: progress, what failed, and a run started by hand."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button, go
from billing_site.kernel.admin.console_admin import ConsoleAdmin
from billing_site.kernel.admin.display import badge, instant, link, units, url_of
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.admin.table import Table
from invoices.models import BillingRun, BillingRunChunk, ChunkStatus, RunStatus
from invoices.services.billing import queue_billing
from plans.queries import active_subscriptions

FAILURES_SHOWN = 200


def preview(request: HttpRequest, row: None) -> str:
    """What the run would take on, before anyone agrees to it."""
    organization = organization_of(request)
    at = organization.now()
    due = active_subscriptions(organization).filter(next_billing_at__lte=at)
    subscriptions, customers = due.count(), due.values("customer_id").distinct().count()
    if not subscriptions:
        return f"Nothing is due at {instant(at)} UTC, so this does nothing."
    who = f"{subscriptions} subscription(s) of {customers} customer(s)"
    return f"{who} are due at {instant(at)} UTC and get their invoices."


def run_now(request: HttpRequest, row: None, values: dict[str, Any]) -> str | HttpResponse:
    organization = organization_of(request)
    run = queue_billing(organization=organization, at=organization.now())
    return "Nothing is due." if run is None else go(request, url_of(run))


@admin.register(BillingRun)
class BillingRunAdmin(ConsoleAdmin):
    page_template = "admin/progress_page.html"
    list_display = ["due_at", "state", "customers", "invoices", "set_aside", "finished"]
    list_display_links = ["due_at"]
    list_filter = [("status", ChoicesDropdownFilter)]
    ordering = ["-at", "-id"]
    empty_text = "No runs yet. One starts by itself as soon as a subscription is due."
    list_buttons = (
        Button(
            name="run",
            label="Run billing now",
            command=run_now,
            confirm=preview,
            icon="play_arrow",
            variant=ActionVariant.PRIMARY,
        ),
    )

    @display(description="Everything due by (UTC)")
    def due_at(self, run: BillingRun) -> str:
        return instant(run.at)

    @display(description="State")
    def state(self, run: BillingRun) -> str:
        return badge(run.status, run.get_status_display())

    @display(description="Customers")
    def customers(self, run: BillingRun) -> str:
        return units(run.customers_count)

    @display(description="Invoices")
    def invoices(self, run: BillingRun) -> str:
        return units(run.invoices_created)

    @display(description="Set aside")
    def set_aside(self, run: BillingRun) -> str:
        return units(run.customers_failed)

    @display(description="Finished (UTC)")
    def finished(self, run: BillingRun) -> str:
        return instant(run.finished_at)

    def page_context(self, request: HttpRequest, row: BillingRun) -> dict[str, Any]:
        failures = row.failures.select_related("customer__billing_entity").order_by("resolved_at", "created_at")
        table = Table(
            columns=("Customer", "Why", "State"),
            rows=[
                (link(each.customer), link(each, each.reason), badge("resolved" if each.resolved_at else "failed"))
                for each in failures[:FAILURES_SHOWN]
            ],
            empty="Every customer could be billed.",
        )
        return {"facts": _facts(row), "progress": progress(row), "table": table, "heading": "Customers set aside"}


def _facts(run: BillingRun) -> list[tuple[str, Any]]:
    return [
        ("State", badge(run.status, run.get_status_display())),
        ("Everything due by (UTC)", instant(run.at)),
        ("Finished (UTC)", instant(run.finished_at)),
        ("Customers", units(run.customers_count)),
        ("Invoices", units(run.invoices_created)),
        ("Set aside", units(run.customers_failed)),
    ]


def progress(run: BillingRun) -> dict[str, Any]:
    """In percent of the customers, from the chunks: one query."""
    chunks = BillingRunChunk.objects.filter(run=run).values_list("status", "customer_ids__len", "customers_failed")
    done = sum(size for status, size, _ in chunks if status == ChunkStatus.DONE)
    failed = sum(failures for _, _, failures in chunks)
    total = max(run.customers_count, 1)
    return {
        "done": done,
        "total": run.customers_count,
        "what": "customers",
        "fine_percent": 100 * (done - failed) // total,
        "failed_percent": 100 * failed // total,
        "is_running": run.status == RunStatus.RUNNING,
    }
