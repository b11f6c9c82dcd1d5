"""Console pages that are no model's list: registered here by the apps, served by the console's site."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Page:
    """``permission`` is Django's, such as ``usage.view_event``; ``name`` is the URL's within the admin site."""

    route: str
    name: str
    view: View
    permission: str


PAGES: list[Page] = []


def page(route: str, *, name: str, permission: str) -> Callable[[View], View]:
    def register(view: View) -> View:
        PAGES.append(Page(route, name, view, permission))
        return view

    return register


def frame(request: HttpRequest, title: str, **context: Any) -> dict[str, Any]:
    """What the theme's templates need around a page's own context."""
    return {**admin.site.each_context(request), "title": title, **context}
