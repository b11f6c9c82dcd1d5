"""The base of every admin class: rows of one organization, lists that stay fast, pages with buttons."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.options import csrf_protect_m
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.admin import ModelAdmin
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button, press
from billing_site.kernel.admin.chosen_rows import RowAction
from billing_site.kernel.admin.paginator import CappedPaginator
from billing_site.kernel.admin.rows import rows_of
from billing_site.kernel.admin.scope import in_organization

MOST_BESIDE_A_TITLE = 4
# The theme draws it as a link to nowhere, which a keyboard does not reach.
_MENU = {
    "title": "More",
    "method_name": "more",
    "variant": ActionVariant.DEFAULT,
    "attrs": {
        "role": "button",
        "tabindex": "0",
        "aria-haspopup": "true",
        "x-bind:aria-expanded": "actionDropdownOpen",
        "x-on:keydown.enter": "actionDropdownOpen = !actionDropdownOpen",
        "x-on:keydown.escape": "actionDropdownOpen = false",
    },
}


class ConsoleAdmin(ModelAdmin):
    """Read-only: what changes, changes through ``buttons``, whose commands hold the rules.

    ``views`` are named filters above the list: ``(("Drafts", {"status__exact": "draft"}), …)``.
    ``page_template`` draws one row, with what ``page_context`` gives it.
    """

    organization_lookup = "organization"
    buttons: Sequence[Button] = ()
    list_buttons: Sequence[Button] = ()
    row_actions: Sequence[RowAction] = ()
    views: Sequence[tuple[str, dict[str, str]]] = ()
    page_template = "admin/page.html"
    empty_text = ""

    actions = None
    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_filter_submit = True
    list_filter_sheet = True
    list_before_template = "admin/views.html"
    change_list_template = "admin/list.html"
    sortable_by: Sequence[str] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = in_organization(super().get_queryset(request), request, self.organization_lookup)
        return rows.filter(deleted_at__isnull=True) if hasattr(self.model, "deleted_at") else rows

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "view") or self.may(request, "change")

    def may(self, request: HttpRequest, permission: str) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{permission}_{self.opts.model_name}")

    def get_urls(self) -> list[URLPattern]:
        do = [
            path("do/<slug:name>/", self.admin_site.admin_view(self.press_list_button), name=self.url_name("do")),
            path(
                "<path:object_id>/do/<slug:name>/",
                self.admin_site.admin_view(self.press_button),
                name=self.url_name("do_one"),
            ),
        ]
        return do + super().get_urls()

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """What can be done to rows that are ticked in the list."""
        return {
            action.name: (partial(_start, action), action.name, action.label)
            for action in self.row_actions
            if request.user.has_perms(action.permissions)
        }

    def url_name(self, view: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{view}"

    def list_url(self) -> str:
        return reverse(f"admin:{self.url_name('changelist')}")

    def page_url(self, row: Model) -> str:
        return reverse(f"admin:{self.url_name('change')}", args=[row.pk])

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        shown = {"views": list(self.named_filters(request)), "empty_text": self.empty_text}
        response = super().changelist_view(request, shown)
        if isinstance(response, TemplateResponse) and response.context_data is not None:
            response.context_data["actions_list"] = self.offered(request, self.list_buttons, None)
            response.context_data["list_rows"] = rows_of(response.context_data["cl"])
        return response

    def named_filters(self, request: HttpRequest) -> Iterator[dict[str, Any]]:
        current = {name: value for name, value in request.GET.items() if name not in {"q", "p", "o"}}
        for title, filters in self.views:
            yield {"title": title, "url": f"?{urlencode(filters)}", "active": filters == current}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self.show(request, self.row_or_404(request, object_id))

    def show(self, request: HttpRequest, row: Any) -> HttpResponse:
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        context = {**self.page_frame(request, row), **self.page_context(request, row)}
        return TemplateResponse(request, self.page_template, context)

    def page_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """For subclasses: what the page's template shows, loaded in a constant number of queries."""
        return {}

    def page_frame(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": row,
            "row": row,
            "title": str(row),
            "back": self.page_url(row),
            "actions_detail": self.offered(request, self.buttons, row),
        }

    def row_or_404(self, request: HttpRequest, object_id: str) -> Any:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404(f"No {self.opts.verbose_name} with this ID in the chosen organization.")
        return row

    def offered(self, request: HttpRequest, buttons: Sequence[Button], row: Any) -> list[dict[str, Any]]:
        """The buttons that this operator may press now, as the theme's header draws them."""
        actions = [
            {
                "title": button.label,
                "icon": button.icon,
                "variant": quiet(button.variant),
                "path": self.button_url(button, row),
                "dialog": button.asks,
                "attrs": {} if button.safe or button.asks else {"data-post": "1"},
            }
            for button in buttons
            if self.may(request, button.permission) and button.allowed(row)
        ]
        return folded(actions)

    def button_url(self, button: Button, row: Any) -> str:
        if row is None:
            return reverse(f"admin:{self.url_name('do')}", args=[button.name])
        return reverse(f"admin:{self.url_name('do_one')}", args=[row.pk, button.name])

    @csrf_protect_m
    def press_button(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        row = self.row_or_404(request, object_id)
        button = self.permitted(request, self.buttons, name, row)
        return press(request, button, row, context=self.page_frame(request, row), back=self.page_url(row))

    @csrf_protect_m
    def press_list_button(self, request: HttpRequest, name: str) -> HttpResponse:
        button = self.permitted(request, self.list_buttons, name, None)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "back": self.list_url()}
        return press(request, button, None, context=context, back=self.list_url())

    def permitted(self, request: HttpRequest, buttons: Sequence[Button], name: str, row: Any) -> Button:
        button = next((button for button in buttons if button.name == name), None)
        if button is None:
            raise Http404(name)
        if not (self.may(request, button.permission) and button.allowed(row)):
            raise PermissionDenied
        return button


def folded(actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """More than fit beside a title go into a menu; the main one stays in sight."""
    if len(actions) <= MOST_BESIDE_A_TITLE:
        return actions
    others = [action for action in actions if action["variant"] != ActionVariant.PRIMARY]
    hidden = others[MOST_BESIDE_A_TITLE - 1 - (len(actions) - len(others)) :]
    shown = [action for action in actions if action not in hidden]
    return [*shown, {**_MENU, "items": hidden}]


def quiet(variant: ActionVariant) -> ActionVariant:
    """A dangerous button shouts only once it was pressed, in its question."""
    return ActionVariant.DEFAULT if variant == ActionVariant.DANGER else variant


def _start(action: RowAction, model_admin: ConsoleAdmin, request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse:
    return action.start(request, chosen)
