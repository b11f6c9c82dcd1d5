"""Rows that operators write through a form: its values go to a command, never to ``ModelForm.save``."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from billing_site.kernel.admin.buttons import PREVIEW, show_preview
from billing_site.kernel.admin.console_admin import ConsoleAdmin
from billing_site.kernel.admin.forms import CommandForm
from billing_site.kernel.admin.preview_lines import PreviewLine
from billing_site.kernel.admin.refusals import refusals
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.errors import BillingError


class CatalogueAdmin(ConsoleAdmin):
    """``create`` and ``update`` call the command with the form's values; ``initial`` fills the form from a row."""

    form_class: type[CommandForm]
    form_template = "admin/form.html"
    # Of a new row; apps further right may know what it will bill.
    form_preview: Callable[[HttpRequest, dict[str, Any]], Sequence[PreviewLine]] | None = None

    def create(self, request: HttpRequest, values: dict[str, Any]) -> Any:
        raise NotImplementedError

    def update(self, request: HttpRequest, row: Any, values: dict[str, Any]) -> Any:
        raise NotImplementedError

    def initial(self, row: Any) -> dict[str, Any]:
        return {name: getattr(row, name) for name in self.form_class.base_fields if hasattr(row, name)}

    def blank(self, request: HttpRequest) -> dict[str, Any]:
        """What a new form starts with, besides what links pass in the query."""
        return {}

    def form_context(self, request: HttpRequest, form: Any, row: Any) -> dict[str, Any]:
        return {}

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "add") and organization_of(request) is not None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "change")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self.edit(request, None)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.row_or_404(request, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return self.edit(request, row)

    def edit(self, request: HttpRequest, row: Any) -> HttpResponse:
        form = self.bound_form(request, row)
        if row is None and PREVIEW in request.POST and self.form_preview is not None:
            return show_preview(request, form, partial(self.form_preview, request))
        if request.method == "POST":
            if row is not None and not self.has_change_permission(request, row):
                raise PermissionDenied
            saved = self.saved(request, form, row)
            if saved is not None:
                return self.after_saving(request, saved, is_new=row is None)
        return self.form_page(request, form, row)

    def bound_form(self, request: HttpRequest, row: Any) -> CommandForm:
        given = self.blank(request) if row is None else self.initial(row)
        data = request.POST if request.method == "POST" else None
        form = self.form_class(data, initial=given, organization=organization_of(request), instance=row)
        if row is None:
            form.prefill(request.GET)
        return form

    def saved(self, request: HttpRequest, form: CommandForm, row: Any) -> Any:
        if not form.is_valid():
            return None
        values = form.command_fields()
        try:
            with refusals():
                return self.create(request, values) if row is None else self.update(request, row, values)
        except BillingError as refusal:
            form.refuse(refusal)
        except ValidationError as wrong:
            form.add_error(None, wrong)
        return None

    def after_saving(self, request: HttpRequest, saved: Any, *, is_new: bool) -> HttpResponse:
        if is_new:
            self.log_addition(request, saved, [{"added": {}}])
        else:
            self.log_change(request, saved, [{"changed": {}}])
        messages.success(request, f"{str(self.opts.verbose_name).capitalize()} {saved} is saved.")
        return HttpResponseRedirect(self.page_url(saved))

    def form_page(self, request: HttpRequest, form: CommandForm, row: Any) -> TemplateResponse:
        frame = self.page_frame(request, row) if row is not None else self.new_frame(request)
        context = {
            **frame,
            "form": form,
            "can_save": row is None or self.has_change_permission(request, row),
            "list_url": self.list_url(),
            "has_preview": row is None and self.form_preview is not None,
            **self.form_context(request, form, row),
        }
        return TemplateResponse(request, self.form_template, context)

    def new_frame(self, request: HttpRequest) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": None,
            "title": f"New {self.opts.verbose_name}",
        }
