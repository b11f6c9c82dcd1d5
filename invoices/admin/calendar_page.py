"""The calendar of coming runs: what is due, starts, ends and becomes final on each day, and what that will bill."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from billing_site.kernel.admin.display import money, units
from billing_site.kernel.admin.pages import frame, page
from billing_site.kernel.admin.scope import organization_of
from invoices.admin.bills_page import PERMISSION, bills_on, day_named
from invoices.queries.coming import CAP, Coming, coming
from invoices.services.bills_to_come import AT_ONCE, BillsToCome

WEEKS = 6
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, kw_only=True)
class Day:
    day: date
    lines: Sequence[str]
    is_past: bool
    is_today: bool
    has_bills: bool

    @property
    def url(self) -> str:
        return reverse("admin:bills_of_day", args=[self.day.isoformat()])

    @property
    def estimate_url(self) -> str:
        return reverse("admin:calendar_estimate", args=[self.day.isoformat()])


@page("calendar/", name="calendar", permission=PERMISSION)
def calendar(request: HttpRequest) -> HttpResponse:
    """Six weeks from the Monday before the day that ``?from=`` names, or this one."""
    organization = organization_of(request)
    if organization is None:
        return HttpResponseRedirect(reverse("admin:index"))
    today = organization.now().date()
    named = day_named(request.GET["from"]) if request.GET.get("from") else today
    first = _monday_before(named)
    days = [first + timedelta(days=number) for number in range(7 * WEEKS)]
    counts = coming(organization, [datetime.combine(each, time(), UTC) for each in days])
    context = {
        "weekdays": WEEKDAYS,
        "days": [_day(each, found, today) for each, found in zip(days, counts, strict=True)],
        "previous_url": f"?from={_shifted(first, -WEEKS)}" if first > today else "",
        "next_url": f"?from={_shifted(first, WEEKS)}",
    }
    return TemplateResponse(request, "admin/calendar.html", frame(request, "Calendar", **context))


@page("calendar/<slug:on>/estimate/", name="calendar_estimate", permission=PERMISSION)
def calendar_estimate(request: HttpRequest, on: str) -> HttpResponse:
    """What the day's first bills come to."""
    organization = organization_of(request)
    found = bills_on(organization, day_named(on), 1) if organization is not None else None
    return TemplateResponse(request, "admin/calendar_estimate.html", {"sentence": _sentence(found) if found else ""})


def _sentence(found: BillsToCome) -> str:
    totals = ", ".join(money(cents, currency) for currency, cents in sorted(found.totals.items()))
    if not totals:
        return "Nothing."
    return f"The first {AT_ONCE}: {totals}" if found.has_more else f"About {totals}"


def _day(on: date, found: Coming, today: date) -> Day:
    said = (
        (found.due, "due"),
        (found.starting, "start"),
        (found.ending, "end"),
        (found.finalized, "final"),
    )
    lines = [f"{_count(count)} {what}" for count, what in said if count]
    return Day(day=on, lines=lines, is_past=on < today, is_today=on == today, has_bills=found.due > 0)


def _count(count: int) -> str:
    return f"more than {units(CAP)}" if count > CAP else units(count)


def _monday_before(on: date) -> date:
    """Within what a calendar can hold."""
    within = min(max(on, date(2, 1, 1)), date(9990, 1, 1))
    return within - timedelta(days=within.weekday())


def _shifted(first: date, weeks: int) -> Any:
    return first + timedelta(weeks=weeks)
