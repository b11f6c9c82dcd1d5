"""Add-ons in the console: what fixed charges and one-off invoices sell."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button, go
from billing_site.kernel.admin.catalogue_admin import CatalogueAdmin
from billing_site.kernel.admin.choices import currencies
from billing_site.kernel.admin.display import day, money
from billing_site.kernel.admin.forms import AmountField, CommandForm, in_cents, in_units
from billing_site.kernel.admin.scope import organization_of
from customers.queries import taxes_of
from plans.admin.editor.form import codes_of, taxes_field
from plans.models import AddOn
from plans.services.add_on import create_add_on, delete_add_on, update_add_on

COLUMNS = ("name", "code", "description", "invoice_display_name", "amount_cents", "amount_currency")


class AddOnForm(CommandForm):
    name = forms.CharField(max_length=255)
    code = forms.CharField(max_length=255, help_text="How the API calls it, such as seat.")
    amount = AmountField(label="Price", help_text="Of one unit. A fixed charge may price it otherwise.")
    amount_currency = forms.ChoiceField(label="Currency", choices=currencies)
    tax_codes = taxes_field("Taxes", "None: the customer's.")
    invoice_display_name = forms.CharField(label="Name on invoices", max_length=255, required=False)
    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2, "wide": "1"}))

    def prepare(self) -> None:
        self.fields["tax_codes"].queryset = taxes_of(self.organization)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        amount, currency = values.get("amount"), values.get("amount_currency")
        if amount is not None and currency:
            try:
                values["amount_cents"] = in_cents(amount, currency)
            except forms.ValidationError as wrong:
                self.add_error("amount", wrong)
            if not amount:
                self.add_error("amount", "An add-on has a price.")
        return values

    def command_fields(self) -> dict[str, Any]:
        values = self.cleaned_data
        taxes = [tax.code for tax in values["tax_codes"]]
        return {**{name: values[name] for name in COLUMNS}, "tax_codes": taxes}


def delete(request: HttpRequest, add_on: AddOn, values: dict[str, Any]) -> HttpResponse:
    delete_add_on(add_on=add_on, at=organization_of(request).now())
    return go(request, reverse("admin:plans_addon_changelist"))


@admin.register(AddOn)
class AddOnAdmin(CatalogueAdmin):
    form_class = AddOnForm
    list_display = ["name", "code", "price", "created"]
    search_fields = ["name", "code"]
    search_help_text = "Name or code"
    empty_text = "No add-ons yet. Seats, set-up fees: plans sell them every period as fixed charges, invoices once."
    buttons = (
        Button(
            name="delete",
            label="Delete",
            command=delete,
            confirm="Fixed charges that sell it go on; nothing new can.",
            permission="delete",
            variant=ActionVariant.DANGER,
        ),
    )

    @display(description="Price")
    def price(self, add_on: AddOn) -> str:
        return money(add_on.amount_cents, add_on.amount_currency)

    @display(description="Since")
    def created(self, add_on: AddOn) -> str:
        return day(add_on.created_at.date())

    def blank(self, request: HttpRequest) -> dict[str, Any]:
        return {"amount_currency": organization_of(request).default_currency}

    def initial(self, row: AddOn) -> dict[str, Any]:
        return {
            **{name: getattr(row, name) for name in COLUMNS},
            "amount": in_units(row.amount_cents, row.amount_currency),
            "tax_codes": codes_of(row.taxes.all()),
        }

    def create(self, request: HttpRequest, values: dict[str, Any]) -> AddOn:
        organization = organization_of(request)
        return create_add_on(organization=organization, at=organization.now(), **values)

    def update(self, request: HttpRequest, row: AddOn, values: dict[str, Any]) -> AddOn:
        return update_add_on(add_on=row, at=organization_of(request).now(), **values)
