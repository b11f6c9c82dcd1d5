"""API keys in the console: made here, shown once, revoked here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.catalogue_admin import CatalogueAdmin
from billing_site.kernel.admin.display import badge, instant
from billing_site.kernel.admin.forms import CommandForm, InstantField
from billing_site.kernel.admin.scope import organization_of
from customers.models import ApiKey
from customers.services.api_key import create_api_key, revoke_api_key


class ApiKeyForm(CommandForm):
    name = forms.CharField(max_length=255, help_text="Who or what will use it.")
    expires_at = InstantField(required=False, help_text="UTC. Empty: it never expires.")


def revoke(request: HttpRequest, api_key: ApiKey, values: dict[str, Any]) -> str:
    revoke_api_key(api_key=api_key, at=organization_of(request).now())
    return f"Key {api_key} is revoked. Calls with it are refused from now on."


@admin.register(ApiKey)
class ApiKeyAdmin(CatalogueAdmin):
    form_class = ApiKeyForm
    list_display = ["name", "ending", "state", "created"]
    empty_text = "No API keys yet. Applications need one to send usage."
    buttons = (
        Button(
            name="revoke",
            label="Revoke",
            command=revoke,
            confirm="Applications that use this key are locked out at once. This cannot be taken back.",
            allowed=lambda api_key: api_key.revoked_at is None,
            variant=ActionVariant.DANGER,
        ),
    )

    @display(description="Ends in")
    def ending(self, api_key: ApiKey) -> str:
        return f"…{api_key.last_characters}"

    @display(description="State")
    def state(self, api_key: ApiKey) -> str:
        if api_key.revoked_at:
            return badge("revoked")
        return badge("active", f"until {instant(api_key.expires_at)}" if api_key.expires_at else "active")

    @display(description="Created")
    def created(self, api_key: ApiKey) -> str:
        return instant(api_key.created_at)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def create(self, request: HttpRequest, values: dict[str, Any]) -> Any:
        organization = organization_of(request)
        return create_api_key(organization=organization, at=organization.now(), **values)

    def after_saving(self, request: HttpRequest, saved: Any, *, is_new: bool) -> HttpResponse:
        """The one time that the value is shown; a reload of the page does not bring it back."""
        api_key, value = saved
        self.log_addition(request, api_key, [{"added": {}}])
        context = {**self.page_frame(request, api_key), "value": value, "list_url": self.list_url()}
        return TemplateResponse(request, "admin/api_key_created.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        api_key = self.row_or_404(request, object_id)
        facts = [
            ("Name", api_key.name),
            ("Ends in", f"…{api_key.last_characters}"),
            ("Created", instant(api_key.created_at)),
            ("Expires", instant(api_key.expires_at)),
            ("Revoked", instant(api_key.revoked_at)),
        ]
        return TemplateResponse(request, "admin/page.html", {**self.page_frame(request, api_key), "facts": facts})
