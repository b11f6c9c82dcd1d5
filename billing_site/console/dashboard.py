"""The overview: what an operator wants to know first, each figure a link to its list."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from billing_site.console import queries
from billing_site.console.queries import CHART_DAYS, Owed, Sums, UsageDay
from billing_site.kernel.admin.display import NOTHING, badge, day, instant, link, list_url, money, units
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.admin.table import Table
from customers.models import Organization
from invoices.models import BillingFailure, BillingRun, Invoice

TOP_METRICS = 6
VIEW_EVENTS, VIEW_RUNS, VIEW_INVOICES = "usage.view_usageevent", "invoices.view_billingrun", "invoices.view_invoice"


@dataclass(frozen=True, kw_only=True)
class Figure:
    label: str
    value: str
    note: str = ""
    url: str = ""
    is_bad: bool = False
    is_long: bool = False


@dataclass(frozen=True)
class Step:
    done: bool
    title: str
    why: str
    url: str


def dashboard(request: HttpRequest) -> dict[str, Any]:
    """Only what the operator may see elsewhere, too."""
    organization = organization_of(request)
    if organization is None:
        return {"organization": None, "new_organization_url": reverse("admin:customers_organization_add")}
    may = request.user.has_perm
    today, taken = organization.now().date(), queries.steps_taken(organization)
    summed = queries.sums(organization)
    sums, figures, charts = summed.found, list[Figure](), list[dict[str, Any]]()
    context: dict[str, Any] = {"summed": summed, "figures": figures, "charts": charts}
    context["steps"] = [] if taken["invoice"] else steps(taken)
    if sums and may(VIEW_EVENTS):
        figures.append(events_today(sums.usage, today))
        charts.append(events_chart(sums.usage, today))
        context["by_metric"] = by_metric(sums.usage, today)
    if may(VIEW_RUNS):
        figures += runs(organization)
        context["run"] = queries.running_run(organization)
    if may(VIEW_INVOICES):
        figures += [drafts(organization), *(owed(sums) if sums else [])]
        charts += [_bars("Invoices", sums.billed, today, "second")] if sums else []
        context |= {"table": recent(organization), "list_url": list_url(Invoice)}
    return context


def events_today(usage: list[UsageDay], today: date) -> Figure:
    events = sum(each.events_count for each in usage if each.day == today)
    return Figure(label="Events today", value=units(events), note="by their own time, UTC", url=reverse("admin:events"))


def runs(organization: Organization) -> list[Figure]:
    (next_at, due), failures = queries.next_run(organization), queries.open_failures(organization)
    return [
        Figure(
            label="Next run",
            value=instant(next_at) if next_at else NOTHING,
            note=f"{due} subscription(s) due that day" if next_at else "no active subscription",
            url=list_url(BillingRun),
            is_long=True,
        ),
        Figure(
            label="Set aside",
            value=units(failures),
            note="customers that could not be billed",
            url=list_url(BillingFailure, resolved_at__isnull="True"),
            is_bad=bool(failures),
        ),
    ]


def drafts(organization: Organization) -> Figure:
    url = list_url(Invoice, status__exact="draft")
    return Figure(label="Drafts", value=units(queries.drafts(organization)), url=url)


def owed(sums: Sums) -> list[Figure]:
    late = list_url(Invoice, payment_overdue__exact="1")
    return [
        _amounts("Overdue", sums.overdue, late, is_bad=bool(sums.overdue)),
        _amounts("Invoiced this month", sums.invoiced, list_url(Invoice, status__exact="finalized")),
    ]


def by_metric(usage: list[UsageDay], today: date) -> list[tuple[str, str, int]]:
    """Today's largest codes with their events and their share of the largest, in percent."""
    largest = sorted((each for each in usage if each.day == today), key=lambda each: -each.events_count)[:TOP_METRICS]
    top = largest[0].events_count if largest else 1
    return [(each.code, units(each.events_count), 100 * each.events_count // top) for each in largest]


def events_chart(usage: list[UsageDay], today: date) -> dict[str, Any]:
    events: dict[date, int] = defaultdict(int)
    for each in usage:
        events[each.day] += each.events_count
    return _bars("Events", events, today, "")


def recent(organization: Organization) -> Table:
    return Table(
        columns=("Invoice", "Customer", "State", "Issued", "Total"),
        rows=[
            (
                link(invoice, "" if invoice.number else "Draft"),
                link(invoice.customer),
                badge("overdue") if invoice.payment_overdue else badge(invoice.status),
                day(invoice.issuing_date),
                money(invoice.total_amount_cents, invoice.currency),
            )
            for invoice in queries.recent_invoices(organization)
        ],
        numbers={"Total"},
        empty="No invoices yet. They come when the first period ends.",
    )


def steps(taken: Mapping[str, bool]) -> list[Step]:
    """The way to the first invoice."""

    def add(model: str) -> str:
        return reverse(f"admin:{model}_add")

    return [
        Step(taken["metric"], "Add a metric", "what is counted in your events", add("usage_billablemetric")),
        Step(taken["plan"], "Add a plan", "what it costs", add("plans_plan")),
        Step(taken["customer"], "Add a customer", "who pays", add("customers_customer")),
        Step(taken["subscription"], "Subscribe the customer", "from when on", add("plans_subscription")),
        Step(taken["usage"], "Send usage", "with an API key, to POST /api/v1/events", add("customers_apikey")),
        Step(False, "Read the first invoice", "when the period ends", list_url(BillingRun)),
    ]


def _amounts(label: str, owed: list[Owed], url: str, *, is_bad: bool = False) -> Figure:
    amounts = " · ".join(money(each.amount_cents, each.currency) for each in owed)
    count = sum(each.count for each in owed)
    note = f"{units(count)} invoice{'' if count == 1 else 's'}"
    return Figure(label=label, value=amounts or NOTHING, note=note, url=url, is_bad=is_bad, is_long=len(amounts) > 9)


def _bars(title: str, counts: Mapping[date, int], today: date, style: str) -> dict[str, Any]:
    days = [today - timedelta(days=ago) for ago in range(CHART_DAYS - 1, -1, -1)]
    top = max(counts.values(), default=0)
    bars = [
        {
            "percent": 100 * counts.get(each, 0) // top if top else 0,
            "title": f"{day(each)}: {units(counts.get(each, 0))}",
        }
        for each in days
    ]
    total = units(sum(counts.get(each, 0) for each in days))
    return {"title": title, "bars": bars, "total": total, "style": style, "first": day(days[0]), "last": day(today)}
