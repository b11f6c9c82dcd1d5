"""The console's admin site: Unfold's, with an organization on every request and pages of our own."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import unquote

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST
from unfold.sites import UnfoldAdminSite

from billing_site.console.dashboard import dashboard
from billing_site.console.navigation import navigation
from billing_site.console.organizations import (
    choices_beside,
    choose_organization,
    chosen_organization,
    organization_named,
)
from billing_site.console.search import search
from billing_site.console.second_factor import SignInForm
from billing_site.kernel.admin.pages import PAGES, Page
from billing_site.kernel.admin.scope import organization_of


class ConsoleSite(UnfoldAdminSite):
    site_title = site_header = "Meterbook"
    index_title = "Overview"
    index_template = "admin/dashboard.html"
    login_template = "admin/sign_in.html"
    login_form = SignInForm
    enable_nav_sidebar = True

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        @wraps(view)
        def in_organization(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if "\0" in unquote(request.META.get("QUERY_STRING", "")):
                raise BadRequest("No text holds a NUL byte.")
            request.organization = chosen_organization(request)  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        return super().admin_view(in_organization, cacheable)

    def extra_urls(self) -> list[URLPattern]:
        own = [path("organization/<uuid:organization_id>/", self.admin_view(switch), name="switch_organization")]
        return own + [path(page.route, self.admin_view(self.guarded(page)), name=page.name) for page in PAGES]

    def guarded(self, page: Page) -> Callable[..., HttpResponseBase]:
        @wraps(page.view)
        def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if page.permission and not request.user.has_perm(page.permission):
                raise PermissionDenied
            return page.view(request, *args, **kwargs)

        return view

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Instead of the theme's, which reads every row that fits and keeps it whatever organization comes next."""
        return search(request)

    def extra_context(self, context: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
        organization = organization_of(request)
        beside = choices_beside(organization) if organization else []
        return {**context, "organization": organization, "other_organizations": beside}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The models of one app; those of all are drawn for every page, but the sidebar is our own."""
        return super().get_app_list(request, app_label) if app_label else []

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        return navigation(request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        return super().index(request, {**(extra_context or {}), **dashboard(request)})


@require_POST
def switch(request: HttpRequest, organization_id: Any) -> HttpResponse:
    organization = organization_named(organization_id)
    if organization is not None:
        choose_organization(request, organization)
    return HttpResponseRedirect(reverse("admin:index"))
