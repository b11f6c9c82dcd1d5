"""Custom sections of invoices in the console."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.catalogue_admin import CatalogueAdmin
from billing_site.kernel.admin.forms import CommandForm
from billing_site.kernel.admin.scope import organization_of
from customers.models import InvoiceCustomSection
from customers.services.custom_section import create_section, delete_section, update_section


class SectionForm(CommandForm):
    name = forms.CharField(max_length=255, help_text="For you; it is not printed.")
    code = forms.CharField(max_length=255, help_text="How the API calls it.")
    description = forms.CharField(required=False, help_text="For you; it is not printed.")
    display_name = forms.CharField(label="Title on invoices", max_length=255, required=False)
    details = forms.CharField(
        label="Text on invoices", required=False, widget=forms.Textarea(attrs={"rows": 5, "wide": "1"})
    )
    applied_to_organization = forms.BooleanField(
        label="For everyone", required=False, help_text="On invoices of the default billing entity."
    )


def delete(request: HttpRequest, section: InvoiceCustomSection, values: dict[str, Any]) -> str:
    delete_section(section=section, at=organization_of(request).now())
    return f"{section.name} is deleted. Invoices keep the text that they have."


@admin.register(InvoiceCustomSection)
class InvoiceCustomSectionAdmin(CatalogueAdmin):
    form_class = SectionForm
    list_display = ["name", "code", "display_name", "picked_for"]
    search_fields = ["name", "code"]
    search_help_text = "Name or code"
    empty_text = "No custom sections. Add one, such as terms of payment, and pick it for billing entities or customers."
    buttons = (
        Button(
            name="delete",
            label="Delete",
            command=delete,
            confirm="The section is taken off everyone. Invoices that are final keep it.",
            permission="delete",
            variant=ActionVariant.DANGER,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(deleted_at__isnull=True).prefetch_related("billing_entities")

    @display(description="On invoices of")
    def picked_for(self, section: InvoiceCustomSection) -> str:
        return ", ".join(entity.name for entity in section.billing_entities.all()) or "customers it is picked for"

    def initial(self, row: InvoiceCustomSection) -> dict[str, Any]:
        for_everyone = row.billing_entities.filter(is_default=True).exists()
        return {**super().initial(row), "applied_to_organization": for_everyone}

    def create(self, request: HttpRequest, values: dict[str, Any]) -> InvoiceCustomSection:
        organization = organization_of(request)
        return create_section(organization=organization, at=organization.now(), **values)

    def update(self, request: HttpRequest, row: InvoiceCustomSection, values: dict[str, Any]) -> InvoiceCustomSection:
        return update_section(section=row, at=organization_of(request).now(), **values)
