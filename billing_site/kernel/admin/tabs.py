"""Tabs of a row's page. Apps further right add theirs to the page of a row further left (its subscriptions)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True, kw_only=True)
class Tab:
    """``context(request, row)`` is only called for the tab that is shown, so a page costs one tab's queries."""

    name: str
    title: str
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any]]
    permission: str
    position: int = 0


def shown_tabs(tabs: list[Tab], request: HttpRequest) -> list[Tab]:
    allowed = [tab for tab in tabs if request.user.has_perm(tab.permission)]
    return sorted(allowed, key=lambda tab: tab.position)


def tab_context(tabs: list[Tab], request: HttpRequest, row: Any) -> dict[str, Any]:
    shown = shown_tabs(tabs, request)
    current = next((tab for tab in shown if tab.name == request.GET.get("tab")), shown[0] if shown else None)
    context = current.context(request, row) if current else {}
    return {"tabs": shown, "tab": current, **context}
