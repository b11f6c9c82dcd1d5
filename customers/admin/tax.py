"""Taxes in the console."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.catalogue_admin import CatalogueAdmin
from billing_site.kernel.admin.display import badge
from billing_site.kernel.admin.forms import CommandForm
from billing_site.kernel.admin.scope import organization_of
from billing_site.kernel.formatting import format_rate
from customers.models import Tax
from customers.services.tax import create_tax, delete_tax, update_tax


class TaxForm(CommandForm):
    name = forms.CharField(max_length=255)
    code = forms.CharField(max_length=255, help_text="How the API calls it, such as vat_fr.")
    rate_percent = forms.DecimalField(
        label="Rate in percent", min_value=0, max_digits=12, decimal_places=5, help_text="20 means 20 %."
    )
    description = forms.CharField(required=False)
    applied_to_organization = forms.BooleanField(
        required=False, label="For everyone", help_text="Customers without taxes of their own get this one."
    )


def delete(request: HttpRequest, tax: Tax, values: dict[str, Any]) -> str:
    delete_tax(tax=tax, at=organization_of(request).now())
    return f"Tax {tax.name} is deleted. Invoices keep the lines they have."


@admin.register(Tax)
class TaxAdmin(CatalogueAdmin):
    form_class = TaxForm
    list_display = ["name", "code", "rate", "for_everyone"]
    search_fields = ["name", "code"]
    search_help_text = "Name or code"
    empty_text = "No taxes yet. Add one, such as VAT 20 %, and put it on customers or plans."
    buttons = (
        Button(
            name="delete",
            label="Delete",
            command=delete,
            confirm="The tax is taken off everyone. Finalized invoices keep it.",
            permission="delete",
            variant=ActionVariant.DANGER,
        ),
    )

    @display(description="Rate")
    def rate(self, tax: Tax) -> str:
        return format_rate(tax.rate_percent, "en")

    @display(description="Applies to")
    def for_everyone(self, tax: Tax) -> str:
        return badge("everyone") if tax.applied_to_organization else "where it is picked"

    def create(self, request: HttpRequest, values: dict[str, Any]) -> Tax:
        organization = organization_of(request)
        return create_tax(organization=organization, at=organization.now(), **values)

    def update(self, request: HttpRequest, row: Tax, values: dict[str, Any]) -> Tax:
        return update_tax(tax=row, at=organization_of(request).now(), **values)
