"""Buttons as data: what an operator can do to a row, as a name, a command and a question asked before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from unfold.enums import ActionVariant

from billing_site.kernel.admin.forms import CommandForm
from billing_site.kernel.admin.preview_lines import PreviewLine
from billing_site.kernel.admin.refusals import refusals
from billing_site.kernel.admin.sentences import explained
from billing_site.kernel.errors import BillingError

# A form that is posted with this field asks what it would bill.
PREVIEW = "_preview"


def always(_row: Any) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Button:
    """``command(request, row, values)`` returns the sentence to show, or a response of its own
    (a page gets the console's frame).

    ``row`` is None for a button of a whole list; ``values`` are the cleaned fields of ``form``, if there is one.
    ``preview(request, row, values)`` gives the lines of what the command will bill, again whenever an answer changes.
    A ``safe`` button only reads (a download) and needs no confirmation.
    """

    name: str
    label: str
    command: Callable[[HttpRequest, Any, dict[str, Any]], str | HttpResponse]
    confirm: str | Callable[[HttpRequest, Any], str] = ""
    allowed: Callable[[Any], bool] = always
    permission: str = "change"
    icon: str = ""
    variant: ActionVariant = ActionVariant.DEFAULT
    form: Callable[..., CommandForm | None] | None = None
    preview: Callable[[HttpRequest, Any, dict[str, Any]], Sequence[PreviewLine]] | None = None
    safe: bool = False

    @property
    def asks(self) -> bool:
        return bool(self.confirm or self.form or self.preview)

    @property
    def shows_preview(self) -> bool:
        """Templates would call ``preview`` itself."""
        return self.preview is not None

    def question(self, request: HttpRequest, row: Any) -> str:
        return self.confirm(request, row) if callable(self.confirm) else self.confirm


def press(request: HttpRequest, button: Button, row: Any, *, context: dict[str, Any], back: str) -> HttpResponse:
    """Ask (GET), or run the command (POST) and go ``back`` with its sentence or its refusal."""
    form = _form(request, button, row)
    if not button.safe and request.method != "POST":
        return _ask(request, button, row, form, context)
    if button.preview is not None and PREVIEW in request.POST:
        return show_preview(request, form, partial(button.preview, request, row))
    if form is not None and not form.is_valid():
        return _ask(request, button, row, form, context)
    try:
        with refusals():
            outcome = button.command(request, row, form.cleaned_data if form is not None else {})
    except BillingError as refusal:
        if form is not None:
            form.refuse(refusal)
            return _ask(request, button, row, form, context)
        messages.error(request, explained(refusal))
        return go(request, back)
    if isinstance(outcome, TemplateResponse):
        outcome.context_data = {**context, **(outcome.context_data or {})}
    if isinstance(outcome, HttpResponse):
        return outcome
    messages.success(request, outcome)
    return go(request, back)


def show_preview(
    request: HttpRequest, form: CommandForm | None, lines: Callable[[dict[str, Any]], Sequence[PreviewLine]]
) -> TemplateResponse:
    """What the command will bill with the answers so far, or why it would be refused; nothing as long as some lack."""
    shown: dict[str, Any] = {}
    if form is None or form.is_valid():
        try:
            with refusals():
                shown["lines"] = lines(form.cleaned_data if form is not None else {})
        except BillingError as refusal:
            shown["refused"] = explained(refusal)
    return TemplateResponse(request, "admin/preview_lines.html", shown)


def go(request: HttpRequest, url: str) -> HttpResponse:
    """A redirect that a dialog, which posts through htmx, follows as a whole page."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _form(request: HttpRequest, button: Button, row: Any) -> CommandForm | None:
    if button.form is None:
        return None
    organization = getattr(request, "organization", None)
    return button.form(request.POST if request.method == "POST" else None, organization=organization, instance=row)


def _ask(
    request: HttpRequest, button: Button, row: Any, form: CommandForm | None, context: dict[str, Any]
) -> TemplateResponse:
    in_dialog = bool(request.headers.get("HX-Request"))
    template = "admin/button_dialog.html" if in_dialog else "admin/button_page.html"
    asked = {"button": button, "form": form, "question": button.question(request, row), "title": button.label}
    return TemplateResponse(request, template, {**context, **asked})
