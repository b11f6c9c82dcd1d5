"""Accounts in the console: trial balance of a period, ledger of an account, and both as files."""

from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from billing_site.kernel.admin.display import day, link, money
from billing_site.kernel.admin.pages import frame, page
from billing_site.kernel.admin.paging import page_of
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.admin.table import Table
from invoices.admin.books_form import BooksForm, asked_books, months, period_of, query_of
from invoices.admin.journal import about, account_name, debit_and_credit, document_link
from invoices.journal import Account
from invoices.queries.journal import (
    AccountBalance,
    Period,
    currencies_of_books,
    ledger_lines,
    period_lines,
    revenue_by_item,
    trial_balance,
)
from invoices.wire.journal import journal_csv, trial_balance_csv

READ = "invoices.view_journalentry"


@page("invoices/trial-balance/", name="trial_balance", permission=READ)
def trial_balance_page(request: HttpRequest) -> HttpResponseBase:
    form = _asked(request)
    context: dict[str, Any] = {"form": form}
    if form is not None and form.is_valid():
        period = period_of(form)
        balances = trial_balance(period)
        if request.GET.get("format") == "csv":
            return _file(trial_balance_csv(period, balances), f"trial-balance-{period.first}-{period.last}.csv")
        context |= _frame(request, period, balances=_balances(period, balances), revenue=_revenue(period))
    return TemplateResponse(request, "admin/trial_balance.html", frame(request, "Trial balance", **context))


@page("invoices/ledger/<slug:account>/", name="account_ledger", permission=READ)
def account_ledger(request: HttpRequest, account: str) -> HttpResponseBase:
    form = _asked(request)
    context: dict[str, Any] = {"form": form}
    if form is not None and form.is_valid():
        period = period_of(form)
        lines, pager = page_of(request, ledger_lines(period, account))
        balance = next((each for each in trial_balance(period) if each.account == account), None)
        context |= _frame(request, period, table=_ledger(lines, period), pager=pager, facts=_sums(balance, period))
    return TemplateResponse(request, "admin/account_ledger.html", frame(request, account_name(account), **context))


@page("invoices/journal.csv", name="journal_csv", permission=READ)
def journal_file(request: HttpRequest) -> HttpResponseBase:
    form = _asked(request)
    if form is None or not form.is_valid():
        return TemplateResponse(request, "admin/trial_balance.html", frame(request, "Trial balance", form=form))
    period = period_of(form)
    return _file(journal_csv(period_lines(period)), f"journal-{period.first}-{period.last}.csv")


def _asked(request: HttpRequest) -> BooksForm | None:
    organization = organization_of(request)
    return asked_books(organization, request.GET.dict()) if organization else None


def _file(rows: Any, name: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8", headers=headers)


def _frame(request: HttpRequest, period: Period, **shown: Any) -> dict[str, Any]:
    today = organization_of(request).now().date()
    return {
        "period": period,
        "query": query_of(period),
        "currencies": currencies_of_books(period.billing_entity),
        "months": [
            {"title": title, "first": first, "last": last, "active": (first, last) == (period.first, period.last)}
            for title, first, last in months(today)
        ],
        **shown,
    }


def _balances(period: Period, balances: list[AccountBalance]) -> Table:
    totals = (sum(each.debit for each in balances), sum(each.credit for each in balances))
    rows: list[tuple[Any, ...]] = [
        (
            _ledger_link(each.account, period),
            money(each.opening, period.currency),
            money(each.debit, period.currency),
            money(each.credit, period.currency),
            money(each.closing, period.currency),
        )
        for each in balances
    ]
    if rows:
        rows.append(
            (
                "Together",
                money(sum(each.opening for each in balances), period.currency),
                *(money(cents, period.currency) for cents in totals),
                money(sum(each.closing for each in balances), period.currency),
            )
        )
    titles = ("Opening", "Debit", "Credit", "Closing")
    return Table(columns=("Account", *titles), rows=rows, numbers=set(titles), empty="Nothing is posted until then.")


def _ledger_link(account: Account, period: Period) -> Any:
    url = f"{reverse('admin:account_ledger', args=[account])}?{query_of(period)}"
    return format_html('<a class="mb-link" href="{}">{}</a>', url, account_name(account))


def _revenue(period: Period) -> Table:
    return Table(
        columns=("Plan", "Kind", "Of", "Earned"),
        rows=[
            (each.plan, each.item_kind.replace("_", " "), each.item_code, money(each.amount_cents, period.currency))
            for each in revenue_by_item(period)
        ],
        numbers={"Earned"},
        empty="No revenue in this period.",
    )


def _ledger(lines: list[Any], period: Period) -> Table:
    return Table(
        columns=("Date", "Entry", "Document", "Customer", "About", "Debit", "Credit"),
        rows=[
            (
                day(line.entry.date),
                link(line.entry),
                document_link(line.entry, line.number, line.payment_id),
                link(line.entry.customer),
                about(line),
                *debit_and_credit(line.amount_cents, period.currency),
            )
            for line in lines
        ],
        numbers={"Debit", "Credit"},
        empty="Nothing in this period.",
    )


def _sums(balance: AccountBalance | None, period: Period) -> list[tuple[str, str]]:
    shown = balance or AccountBalance(Account.CASH, 0, 0, 0)
    sums = (shown.opening, shown.debit, shown.credit, shown.closing)
    titles = ("Opening", "Debit", "Credit", "Closing")
    return [(title, money(cents, period.currency)) for title, cents in zip(titles, sums, strict=True)]
