"""Revenue by month in the console: what the analytics of the API tell, side by side."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from billing_site.kernel.admin.display import NOTHING, money, units
from billing_site.kernel.admin.pages import frame, page
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.admin.table import Table
from billing_site.kernel.remembered import remembered
from customers.models import Organization
from invoices.queries import analytics
from invoices.queries.analytics import MonthRow, RevenueRows, months_before

MONTHS = ((6, "6 months"), (12, "12 months"), (24, "24 months"))
USUAL_MONTHS = 12
TOP_METRICS = 10


class RevenueForm(forms.Form):
    months = forms.TypedChoiceField(choices=MONTHS, coerce=int)
    currency = forms.CharField(max_length=3)


class Figures:
    """All currencies of the months are read at once; shown is one of them, the one with most invoices unless chosen."""

    def __init__(self, rows: RevenueRows, months: list[date], chosen: str) -> None:
        self.rows, self.months = rows, months
        self.currencies = self._currencies()
        self.currency = chosen if chosen in self.currencies else next(iter(self.currencies), "")

    def _currencies(self) -> list[str]:
        counts = Counter({row["currency"]: 0 for row in self.rows.recurring})
        for row in self.rows.gross:
            counts[row["currency"]] += row["invoices_count"]
        return [currency for currency, _ in counts.most_common()]

    def cents(self, rows: Iterable[MonthRow]) -> dict[date, int]:
        """By month, in the currency shown."""
        cents: dict[date, int] = defaultdict(int)
        for row in rows:
            if row["currency"] == self.currency:
                cents[row["month"]] += row["amount_cents"]
        return cents


@page("invoices/revenue/", name="revenue", permission="invoices.view_invoice")
def revenue(request: HttpRequest) -> HttpResponse:
    organization = organization_of(request)
    given = RevenueForm({"months": USUAL_MONTHS, "currency": "-", **request.GET.dict()})
    context: dict[str, Any] = {}
    if organization and given.is_valid():
        context = _revenue(organization, given.cleaned_data["months"], given.cleaned_data["currency"])
    return TemplateResponse(request, "admin/revenue.html", frame(request, "Revenue", **context))


def _revenue(organization: Organization, months: int, chosen: str) -> dict[str, Any]:
    is_small = analytics.has_few_invoices(organization)
    summed = remembered(analytics.revenue_now, str(organization.pk), str(months), at_once=is_small)
    if summed.found is None:
        return {"summed": summed}
    last = organization.now().date().replace(day=1)
    figures = Figures(summed.found, [months_before(last, ago) for ago in range(months)], chosen)
    return {"summed": summed, "figures": figures, "choices": MONTHS, **_shown(figures)}


def _shown(figures: Figures) -> dict[str, Any]:
    return {
        "charts": [
            _chart("Monthly recurring revenue", figures.rows.recurring, figures),
            _chart("Invoiced, less refunds", figures.rows.gross, figures),
        ],
        "by_month": _by_month(figures),
        "by_metric": _by_metric(figures),
    }


def _by_month(figures: Figures) -> Table:
    rows = figures.rows
    paid = [row for row in rows.collected if row["payment_status"] == "succeeded"]
    unpaid = [row for row in rows.collected if row["payment_status"] != "succeeded"]
    counts = {row["month"]: row["invoices_count"] for row in rows.gross if row["currency"] == figures.currency}
    kinds = (rows.recurring, rows.gross, paid, unpaid, rows.overdue)
    columns = [figures.cents(rows) for rows in kinds]
    titles = ("Recurring", "Invoiced, less refunds", "Of invoices paid", "Of invoices unpaid", "Overdue, by due date")
    return Table(
        columns=("Month", "Invoices", *titles),
        rows=[
            (
                f"{month:%b %Y}",
                units(counts.get(month, 0)),
                *(money(cents[month], figures.currency) for cents in columns),
            )
            for month in figures.months
            if counts.get(month) or any(cents[month] for cents in columns)
        ],
        numbers={"Invoices", *titles},
    )


def _by_metric(figures: Figures) -> Table:
    cents: dict[str, int] = defaultdict(int)
    for row in figures.rows.usage:
        if row["currency"] == figures.currency:
            cents[row["code"]] += row["amount_cents"]
    largest, whole = sorted(cents.items(), key=lambda each: -each[1])[:TOP_METRICS], sum(cents.values())
    return Table(
        columns=("Metric", "Before taxes", "Share"),
        rows=[(code, money(each, figures.currency), _share(each, whole)) for code, each in largest],
        numbers={"Before taxes", "Share"},
        empty="No usage was invoiced in these months.",
    )


def _share(part: int, whole: int) -> str:
    return f"{(200 * part + whole) // (2 * whole)} %" if whole else NOTHING


def _chart(title: str, rows: Iterable[MonthRow], figures: Figures) -> dict[str, Any]:
    cents = figures.cents(rows)
    top = max(cents.values(), default=0)
    bars = [
        {
            "percent": max(0, 100 * cents[month] // top) if top > 0 else 0,
            "title": f"{month:%b %Y}: {money(cents[month], figures.currency)}",
        }
        for month in reversed(figures.months)
    ]
    ends = {"first": f"{figures.months[-1]:%b %Y}", "last": f"{figures.months[0]:%b %Y}"}
    return {"title": title, "bars": bars, "latest": money(cents[figures.months[0]], figures.currency), **ends}
