"""Payment providers in the console: their keys, and where they are to tell what happened."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.catalogue_admin import CatalogueAdmin
from billing_site.kernel.admin.display import badge
from billing_site.kernel.admin.forms import CommandForm
from billing_site.kernel.admin.scope import organization_of
from invoices.models import PaymentProvider
from invoices.services.provider import check_provider, create_provider, update_provider

KEPT = "Kept sealed and never shown again. Empty: the one there is."


class ProviderForm(CommandForm):
    name = forms.CharField(max_length=255)
    code = forms.CharField(max_length=255, help_text="How customers name it, such as stripe_eu.")
    secret_key = forms.CharField(required=False, widget=forms.PasswordInput, help_text=KEPT)
    webhook_secret = forms.CharField(label="Signing secret", required=False, widget=forms.PasswordInput, help_text=KEPT)
    success_redirect_url = forms.URLField(
        label="Afterwards",
        required=False,
        help_text="Where customers go from the provider's pages.",
        assume_scheme="https",
    )
    fieldsets = (
        ("Stripe", "Without a secret key nothing is ever sent there.", ("name", "code", "secret_key")),
        ("Pages and events", "", ("webhook_secret", "success_redirect_url")),
    )

    def prepare(self) -> None:
        if self.instance is not None:
            self.freeze("code", why="Customers name it already.")
            self.fields["webhook_secret"].help_text = f"{KEPT} Events go to {webhook_url(self.instance)}"


def webhook_url(provider: PaymentProvider) -> str:
    path = f"/webhooks/{provider.provider_type}/{provider.organization_id}?code={provider.code}"
    return f"{settings.PUBLIC_URL}{path}"


def check(request: HttpRequest, provider: PaymentProvider, values: dict[str, Any]) -> str:
    account = check_provider(provider=provider, at=organization_of(request).now())
    return f"The key opens the account “{account}”."


def is_on(provider: PaymentProvider) -> bool:
    return provider.is_on


@admin.register(PaymentProvider)
class PaymentProviderAdmin(CatalogueAdmin):
    form_class = ProviderForm
    buttons = [Button(name="check", label="Test connection", command=check, allowed=is_on, icon="wifi_tethering")]
    list_display = ["name", "code", "kind", "state"]
    search_fields = ["name", "code"]
    search_help_text = "Name or code"
    empty_text = "No payment providers. Payments are recorded by hand until there is one."

    @display(description="Provider")
    def kind(self, provider: PaymentProvider) -> str:
        return provider.get_provider_type_display()

    @display(description="State")
    def state(self, provider: PaymentProvider) -> str:
        return badge("active") if provider.secret_key else badge("off", "off, without a key")

    def initial(self, row: PaymentProvider) -> dict[str, Any]:
        return {"name": row.name, "code": row.code, "success_redirect_url": row.success_redirect_url}

    def create(self, request: HttpRequest, values: dict[str, Any]) -> PaymentProvider:
        organization = organization_of(request)
        return create_provider(organization=organization, at=organization.now(), **values)

    def update(self, request: HttpRequest, row: PaymentProvider, values: dict[str, Any]) -> PaymentProvider:
        return update_provider(provider=row, at=organization_of(request).now(), **values)
