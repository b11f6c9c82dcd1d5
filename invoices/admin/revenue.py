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
from customers.models import Organization
from invoices.queries import analytics
from invoices.queries.analytics import MonthRow, Revenue, months_before

MONTHS = ((6, "6 months"), (12, "12 months"), (24, "24 months"))
USUAL_MONTHS = 12
TOP_METRICS = 10


class RevenueForm(forms.Form):
    months = forms.TypedChoiceField(choices=MONTHS, coerce=int)
    currency = forms.CharField(max_length=3)


class Figures:
    """All currencies of the months are read at once; shown is one of them, the one with most invoices unless chosen."""

    def __init__(self, organization: Organization, months: int, chosen: str) -> None:
        now = organization.now()
        last = now.date().replace(day=1)
        self.months = [months_before(last, ago) for ago in range(months)]
        self.asked = Revenue(organization=organization, first=self.months[-1], last=last)
        self.recurring = analytics.mrr(self.asked, at=now)
        self.gross = analytics.gross_revenue(self.asked)
        self.currencies = self._currencies()
        self.currency = chosen if chosen in self.currencies else next(iter(self.currencies), "")

    def _currencies(self) -> list[str]:
        counts = Counter({row["currency"]: 0 for row in self.recurring})
        for row in self.gross:
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
        figures = Figures(organization, given.cleaned_data["months"], given.cleaned_data["currency"])
        context = {"figures": figures, "choices": MONTHS, **_shown(figures)}
    return TemplateResponse(request, "admin/revenue.html", frame(request, "Revenue", **context))


def _shown(figures: Figures) -> dict[str, Any]:
    return {
        "charts": [
            _chart("Monthly recurring revenue", figures.recurring, figures),
            _chart("Invoiced, less refunds", figures.gross, figures),
        ],
        "by_month": _by_month(figures),
        "by_metric": _by_metric(figures),
    }


def _by_month(figures: Figures) -> Table:
    collected = analytics.invoice_collection(figures.asked)
    paid = [row for row in collected if row["payment_status"] == "succeeded"]
    unpaid = [row for row in collected if row["payment_status"] != "succeeded"]
    counts = {row["month"]: row["invoices_count"] for row in figures.gross if row["currency"] == figures.currency}
    kinds = (figures.recurring, figures.gross, paid, unpaid, analytics.overdue_balance(figures.asked))
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
    for row in analytics.invoiced_usage(figures.asked):
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
