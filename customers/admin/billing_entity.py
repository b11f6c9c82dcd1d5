"""Billing entities in the console: who issues the invoices, and with which defaults."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from billing_site.kernel.admin.catalogue_admin import CatalogueAdmin
from billing_site.kernel.admin.choices import countries, currencies, document_locales, time_zones, with_empty
from billing_site.kernel.admin.display import badge
from billing_site.kernel.admin.forms import CommandForm
from billing_site.kernel.admin.scope import organization_of
from customers.iban import is_bic, is_iban, plain_iban
from customers.models import BillingEntity, DocumentNumbering, InvoiceCustomSection, Tax
from customers.queries import sections_of, taxes_of
from customers.services.billing_entity import update_billing_entity


class IbanField(forms.CharField):
    """Cleaned to the form that is stored."""

    def clean(self, value: Any) -> str:
        iban = plain_iban(super().clean(value))
        if iban and not is_iban(iban):
            raise forms.ValidationError("This is no IBAN: its check digits do not fit.")
        return iban


class BillingEntityForm(CommandForm):
    name = forms.CharField(max_length=255)
    legal_name = forms.CharField(max_length=255, required=False)
    legal_number = forms.CharField(label="Registration number", max_length=255, required=False)
    tax_identification_number = forms.CharField(label="Tax number", max_length=255, required=False)
    email = forms.EmailField(label="E-mail", required=False)
    phone = forms.CharField(max_length=64, required=False)
    address_line1 = forms.CharField(label="Address", max_length=255, required=False)
    address_line2 = forms.CharField(label="Address, second line", max_length=255, required=False)
    zipcode = forms.CharField(label="Postal code", max_length=32, required=False)
    city = forms.CharField(max_length=255, required=False)
    state = forms.CharField(max_length=255, required=False)
    country = forms.ChoiceField(required=False, choices=lambda: with_empty(countries(), "Not said"))
    default_currency = forms.ChoiceField(choices=currencies)
    timezone = forms.ChoiceField(label="Time zone", choices=time_zones)
    document_locale = forms.ChoiceField(label="Documents in", choices=document_locales)
    document_numbering = forms.ChoiceField(label="Numbering", choices=DocumentNumbering.choices)
    document_number_prefix = forms.CharField(label="Prefix of numbers", max_length=10)
    iban = IbanField(
        label="IBAN", required=False, help_text="On invoices in euros, with a code that banking apps read."
    )
    bic = forms.CharField(label="BIC", max_length=11, required=False, help_text="Only for accounts outside the EEA.")
    invoice_grace_period = forms.IntegerField(label="Days an invoice stays a draft", min_value=0)
    net_payment_term = forms.IntegerField(label="Days until payment is due", min_value=0)
    finalize_zero_amount_invoice = forms.BooleanField(label="Make invoices of zero", required=False)
    eu_tax_management = forms.BooleanField(
        label="Taxes by the EU's rules",
        required=False,
        help_text="For customers without taxes of their own: by their country and VAT number. Ours must be in the EU.",
    )
    tax_codes = forms.ModelMultipleChoiceField(Tax.objects.none(), label="Taxes", to_field_name="code", required=False)
    invoice_custom_section_codes = forms.ModelMultipleChoiceField(
        InvoiceCustomSection.objects.none(), label="Sections on invoices", to_field_name="code", required=False
    )
    invoice_footer = forms.CharField(
        label="Text at the foot of invoices", required=False, widget=forms.Textarea(attrs={"rows": 3, "wide": "1"})
    )
    fieldsets = (
        ("Issuer", "", ("name", "legal_name", "legal_number", "tax_identification_number", "email", "phone")),
        ("Address", "", ("address_line1", "address_line2", "zipcode", "city", "state", "country")),
        ("Bank account", "", ("iban", "bic")),
        ("Defaults for customers", "", ("default_currency", "timezone", "document_locale")),
        ("Taxes", "", ("tax_codes", "eu_tax_management")),
        (
            "Invoices",
            "",
            (
                "document_numbering",
                "document_number_prefix",
                "invoice_grace_period",
                "net_payment_term",
                "finalize_zero_amount_invoice",
                "invoice_custom_section_codes",
                "invoice_footer",
            ),
        ),
    )

    def clean_bic(self) -> str:
        bic = str(self.cleaned_data["bic"]).strip().upper()
        if bic and not is_bic(bic):
            raise forms.ValidationError("A BIC has 8 or 11 letters and digits, such as COBADEFFXXX.")
        return bic

    def prepare(self) -> None:
        self.fields["tax_codes"].queryset = taxes_of(self.organization)  # type: ignore[attr-defined]
        sections = self.fields["invoice_custom_section_codes"]
        sections.queryset = sections_of(self.organization)  # type: ignore[attr-defined]


@admin.register(BillingEntity)
class BillingEntityAdmin(CatalogueAdmin):
    form_class = BillingEntityForm
    list_display = ["name", "code", "kind", "default_currency", "timezone", "document_number_prefix"]

    @display(description="Kind")
    def kind(self, entity: BillingEntity) -> str:
        return badge("default") if entity.is_default else ""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def initial(self, row: BillingEntity) -> dict[str, Any]:
        living = row.taxes.filter(deleted_at__isnull=True)
        return {
            **super().initial(row),
            "tax_codes": list(living.values_list("code", flat=True)),
            "invoice_custom_section_codes": list(row.invoice_custom_sections.values_list("code", flat=True)),
        }

    def update(self, request: HttpRequest, row: BillingEntity, values: dict[str, Any]) -> BillingEntity:
        for name in ("tax_codes", "invoice_custom_section_codes"):
            values[name] = [picked.code for picked in values[name]]
        return update_billing_entity(billing_entity=row, at=organization_of(request).now(), **values)
