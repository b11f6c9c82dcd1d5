"""Jobs on many rows in the console: what they would do, how far they are, and what came of every row."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button, go
from billing_site.kernel.admin.console_admin import ConsoleAdmin
from billing_site.kernel.admin.display import badge, instant, money, url_of
from billing_site.kernel.admin.forms import CommandForm
from billing_site.kernel.admin.paging import choice_links, page_of
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.admin.table import Table
from customers.admin.bulk import ACTIONS, action_of
from customers.models import BulkJob, BulkJobStatus, BulkRow, BulkRowState
from customers.services.bulk_job import resume_bulk, retry_bulk, run_bulk, try_bulk

SHOWN = (("all", "All"), ("refused", "Refused"), ("tried", "Would work"), ("done", "Done"), ("pending", "Waiting"))
STATE_BADGES = {
    BulkRowState.PENDING: ("pending", "waiting"),
    BulkRowState.TRIED: ("draft", "would work"),
    BulkRowState.REFUSED: ("failed", "refused"),
    BulkRowState.DONE: ("done", "done"),
}
FINE = (BulkRowState.TRIED, BulkRowState.DONE)


def options(data: Any, *, organization: Any, instance: BulkJob) -> CommandForm | None:
    form = ACTIONS[instance.command].form
    return form(data, organization=organization, instance=instance) if form else None


def before_trying(request: HttpRequest, job: BulkJob) -> str:
    known = action_of(request, job)
    return f"{known.question} This is for {job.rows_count:,} of them; it is tried out first, and nothing changes yet."


def try_out(request: HttpRequest, job: BulkJob, values: dict[str, Any]) -> HttpResponse:
    stored = action_of(request, job).stored(values)
    try_bulk(job=job, values=stored, at=organization_of(request).now())
    return go(request, url_of(job))


def before_running(request: HttpRequest, job: BulkJob) -> str:
    counts = counts_of(job)
    refused = counts[BulkRowState.REFUSED]
    left_out = f" {refused:,} would be refused and are left out." if refused else ""
    return f"{job.bulk_command.label} {counts[BulkRowState.TRIED]:,} of them now. {said_totals(job)}{left_out}"


def run(request: HttpRequest, job: BulkJob, values: dict[str, Any]) -> HttpResponse:
    action_of(request, job)
    run_bulk(job=job, at=organization_of(request).now())
    return go(request, url_of(job))


def retry(request: HttpRequest, job: BulkJob, values: dict[str, Any]) -> HttpResponse:
    action_of(request, job)
    retry_bulk(job=job, at=organization_of(request).now())
    return go(request, url_of(job))


def resume(request: HttpRequest, job: BulkJob, values: dict[str, Any]) -> HttpResponse:
    action_of(request, job)
    resume_bulk(job=job)
    return go(request, url_of(job))


@admin.register(BulkJob)
class BulkJobAdmin(ConsoleAdmin):
    page_template = "admin/progress_page.html"
    list_display = ["named", "state", "asked_by", "asked", "finished"]
    list_display_links = ["named"]
    list_filter = [("status", ChoicesDropdownFilter)]
    empty_text = "Nothing yet. Tick customers, subscriptions or invoices in their list and choose what to do."
    buttons = (
        Button(
            name="try",
            label="Try it out",
            command=try_out,
            form=options,
            confirm=before_trying,
            icon="science",
            allowed=lambda job: job.status in (BulkJobStatus.ASKED, BulkJobStatus.TRIED),
        ),
        Button(
            name="run",
            label="Do it",
            command=run,
            confirm=before_running,
            icon="play_arrow",
            variant=ActionVariant.PRIMARY,
            allowed=lambda job: job.status == BulkJobStatus.TRIED and counts_of(job)[BulkRowState.TRIED] > 0,
        ),
        Button(
            name="retry",
            label="Retry refused",
            command=retry,
            icon="refresh",
            allowed=lambda job: job.status == BulkJobStatus.DONE_WITH_FAILURES,
        ),
        Button(
            name="resume",
            label="Continue",
            command=resume,
            confirm="If nothing moves any more, the workers are told again of what is left.",
            allowed=lambda job: job.is_working,
        ),
    )

    @display(description="What")
    def named(self, job: BulkJob) -> str:
        return str(job)

    @display(description="State")
    def state(self, job: BulkJob) -> str:
        return badge(job.status, job.get_status_display())

    @display(description="Asked (UTC)")
    def asked(self, job: BulkJob) -> str:
        return instant(job.created_at)

    @display(description="Finished (UTC)")
    def finished(self, job: BulkJob) -> str:
        return instant(job.finished_at)

    def page_context(self, request: HttpRequest, row: BulkJob) -> dict[str, Any]:
        shown = request.GET.get("show", "all")
        rows = row.rows.filter(state=shown) if shown in BulkRowState.values else row.rows.all()
        found, pager = page_of(request, rows.order_by("position"))
        return {
            "facts": _facts(row),
            "progress": progress(row),
            "heading": "Row by row",
            "choices": choice_links(request, "show", SHOWN),
            "table": _table(row, found),
            "pager": pager,
        }


def counts_of(job: BulkJob) -> dict[str, int]:
    counted = dict(job.rows.order_by().values_list("state").annotate(Count("id")))
    return {state: counted.get(state, 0) for state in BulkRowState.values}


def progress(job: BulkJob) -> dict[str, Any]:
    counts = counts_of(job)
    total, failed = max(job.rows_count, 1), counts[BulkRowState.REFUSED]
    fine = sum(counts[state] for state in FINE)
    return {
        "done": fine + failed,
        "total": job.rows_count,
        "what": "rows",
        "fine_percent": 100 * fine // total,
        "failed_percent": 100 * failed // total,
        "is_running": job.is_working,
    }


def said_totals(job: BulkJob) -> str:
    """What the rows that work bill, by currency."""
    amounts = job.rows.filter(state__in=FINE, amount_cents__isnull=False).order_by("currency")
    sums = amounts.values_list("currency").annotate(Sum("amount_cents"))
    totals = ", ".join(money(cents, currency) for currency, cents in sums)
    return f"In all {totals}." if totals else ""


def _facts(job: BulkJob) -> list[tuple[str, Any]]:
    return [
        ("State", badge(job.status, job.get_status_display())),
        ("What", job.bulk_command.label),
        ("With", ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in job.values.items() if value)),
        ("Asked by", job.asked_by),
        ("Asked (UTC)", instant(job.created_at)),
        ("Finished (UTC)", instant(job.finished_at)),
        ("Bills", said_totals(job)),
    ]


def _table(job: BulkJob, rows: list[BulkRow]) -> Table:
    model = job.bulk_command.rows(job.organization).model
    return Table(
        columns=("", "State", "What", "Bills"),
        rows=[
            (
                _link(model, row),
                badge(*STATE_BADGES[BulkRowState(row.state)]),
                row.outcome or row.expected,
                "" if row.amount_cents is None else money(row.amount_cents, row.currency),
            )
            for row in rows
        ],
        numbers={"Bills"},
        empty="Nothing in this state.",
    )


def _link(model: Any, row: BulkRow) -> Any:
    try:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[row.row_id])
    except NoReverseMatch:
        return row.label
    return format_html('<a class="mb-link" href="{}">{}</a>', url, row.label)
