"""The command palette: pages by their title, and the first few rows of each kind that fit."""

from collections.abc import Iterator

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.dataclasses import SearchResult

from billing_site.console.navigation import navigation
from billing_site.kernel.admin.display import url_of
from customers.models import Customer
from invoices.models import Invoice
from plans.models import Plan, Subscription

# Icons as in the sidebar.
SEARCHED: dict[type[Model], str] = {
    Customer: "groups",
    Subscription: "autorenew",
    Plan: "sell",
    Invoice: "receipt_long",
}
FOUND_OF_EACH = 5
SHORTEST_TERM = 2


def search(request: HttpRequest) -> HttpResponse:
    """Only rows of the chosen organization that the operator may see; never kept, for both may change."""
    term = request.GET.get("s", "").replace("\0", "").strip()
    if len(term) < SHORTEST_TERM:
        return HttpResponse()
    results = [*_pages(request, term), *_rows(request, term)]
    pages = Paginator(results, max(len(results), 1))
    context = {"page_obj": pages, "results": pages.page(1), "page_counter": 0, "execution_time": 0}
    return TemplateResponse(request, "unfold/helpers/command_results.html", context, headers={"HX-Trigger": "search"})


def _pages(request: HttpRequest, term: str) -> Iterator[SearchResult]:
    for group in navigation(request):
        for item in group["items"]:
            if term.lower() in item["title"].lower():
                yield SearchResult(item["title"], group["title"] or "Page", item["link"], item["icon"])


def _rows(request: HttpRequest, term: str) -> Iterator[SearchResult]:
    for model, icon in SEARCHED.items():
        model_admin = admin.site.get_model_admin(model)
        if not model_admin.has_view_permission(request):
            continue
        found, _ = model_admin.get_search_results(request, model_admin.get_queryset(request), term)
        kind = str(model._meta.verbose_name).capitalize()
        for row in found[:FOUND_OF_EACH]:
            yield SearchResult(str(row), kind, url_of(row), icon)
