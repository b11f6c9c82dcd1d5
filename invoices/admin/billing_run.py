"""Billing runs in the console: progress, what failed, and a run started by hand."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button, go
from billing_site.kernel.admin.console_admin import ConsoleAdmin
from billing_site.kernel.admin.display import badge, instant, units, url_of
from billing_site.kernel.admin.scope import organization_of
from customers.admin.bulk import start_job
from invoices.admin.billing_failure import RETRY_ALL
from invoices.admin.run_page import run_page
from invoices.models import BillingRun
from invoices.queries.billing_run import open_failures_of
from invoices.services.billing import queue_billing
from plans.queries import active_subscriptions


def retry_failed(request: HttpRequest, run: BillingRun, values: dict[str, Any]) -> HttpResponse:
    """A job of all that the run has set aside and nobody has billed since; it is tried out first."""
    return start_job(request, RETRY_ALL, run.failures.filter(resolved_at__isnull=True))


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
    buttons = (
        Button(
            name="retry_failed",
            label="Retry all set aside",
            command=retry_failed,
            icon="refresh",
            allowed=lambda run: open_failures_of(run) > 0,
        ),
    )
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
        return run_page(request, row)
