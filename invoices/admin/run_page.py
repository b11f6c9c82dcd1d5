"""A billing run's page: how far it is, what it billed, and what came of every customer."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from billing_site.kernel.admin.display import badge, instant, link, money, units
from billing_site.kernel.admin.paging import PAGE_SIZE, choice_links, page_number, pager_of
from billing_site.kernel.admin.table import Table
from invoices.models import BillingRun, Invoice, RunStatus
from invoices.queries.billing_run import OUTCOMES, CustomerOutcome, RunSums, outcomes_of, sums_of

TITLES = ("All", "Billed", "Nothing due", "Set aside", "Held", "Waiting")
INVOICES_SHOWN = 5


def run_page(request: HttpRequest, run: BillingRun) -> dict[str, Any]:
    sums = sums_of(run)
    number = page_number(request)
    shown = outcomes_of(run, request.GET.get("show", "all"), first=(number - 1) * PAGE_SIZE, count=PAGE_SIZE + 1)
    return {
        "facts": _facts(run, sums),
        "progress": _progress(run, sums),
        "heading": "Customer by customer",
        "choices": choice_links(request, "show", list(zip(OUTCOMES, TITLES, strict=True))),
        "table": _table(shown[:PAGE_SIZE], may_retry=request.user.has_perm("invoices.change_billingfailure")),
        "pager": pager_of(request, number, has_next=len(shown) > PAGE_SIZE),
    }


def _progress(run: BillingRun, sums: RunSums) -> dict[str, Any]:
    """In percent of the customers."""
    total = max(run.customers_count, 1)
    return {
        "done": sums.done,
        "total": run.customers_count,
        "what": "customers",
        "fine_percent": 100 * (sums.done - sums.failed) // total,
        "failed_percent": 100 * sums.failed // total,
        "is_running": run.status == RunStatus.RUNNING,
    }


def _facts(run: BillingRun, sums: RunSums) -> list[tuple[str, Any]]:
    return [
        ("State", badge(run.status, run.get_status_display())),
        ("Everything due by (UTC)", instant(run.at)),
        ("Finished (UTC)", instant(run.finished_at)),
        ("Invoices", units(sums.invoices)),
        ("Billed", ", ".join(money(cents, currency) for currency, cents in sorted(sums.totals.items()))),
        ("Customers billed", units(sums.billed)),
        ("Nothing due", units(sums.nothing_due)),
        ("Set aside", units(sums.failed)),
        ("Held, so passed by", units(len(run.held_customer_ids))),
    ]


def _table(shown: Sequence[CustomerOutcome], *, may_retry: bool) -> Table:
    return Table(
        columns=("Customer", "Outcome", "Invoices", "Total", ""),
        rows=[
            (link(each.customer), _state(each), _invoices(each), _total(each.invoices), _again(each, may_retry))
            for each in shown
        ],
        numbers={"Total"},
        empty="Nobody with this outcome.",
    )


def _state(each: CustomerOutcome) -> SafeString:
    if each.failure is not None:
        return badge("resolved", "billed since") if each.failure.resolved_at else badge("failed", "set aside")
    if each.is_held:
        return badge("pending", "held")
    if each.is_waiting:
        return badge("pending", "waiting")
    return badge("done", "billed") if each.invoices else badge("default", "nothing due")


def _invoices(each: CustomerOutcome) -> SafeString:
    """The invoices, or why there are none."""
    if each.failure is not None:
        return format_html("{}", link(each.failure, each.failure.reason))
    shown = [(link(invoice, invoice.number or "Draft"),) for invoice in each.invoices[:INVOICES_SHOWN]]
    more = len(each.invoices) - len(shown)
    return format_html("{}{}", format_html_join(", ", "{}", shown), f" and {more} more" if more else "")


def _total(invoices: Sequence[Invoice]) -> str:
    totals: dict[str, int] = {}
    for invoice in invoices:
        totals[invoice.currency] = totals.get(invoice.currency, 0) + invoice.total_amount_cents
    return ", ".join(money(cents, currency) for currency, cents in totals.items())


def _again(each: CustomerOutcome, may_retry: bool) -> SafeString | str:
    if not may_retry or each.failure is None or each.failure.resolved_at:
        return ""
    url = reverse("admin:invoices_billingfailure_do_one", args=[each.failure.pk, "retry"])
    return format_html('<a class="mb-button small" data-post="1" href="{}">Retry</a>', url)
