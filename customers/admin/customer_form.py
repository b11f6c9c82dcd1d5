"""The form of a customer, and its values as the command takes them."""

from typing import Any

from django import forms

from billing_site.kernel.admin.choices import countries, currencies, document_locales, time_zones, with_empty
from billing_site.kernel.admin.forms import CommandForm
from customers.models import BillingEntity, Customer, CustomerType, InvoiceCustomSection, Tax, ZeroAmountPolicy
from customers.queries import sections_of, taxes_of

AS_ENTITY = "As the billing entity"


class CustomerForm(CommandForm):
    external_id = forms.CharField(
        label="External ID", max_length=255, help_text="The customer's ID in your application."
    )
    name = forms.CharField(max_length=255, required=False)
    email = forms.EmailField(label="E-mail", required=False)
    phone = forms.CharField(max_length=64, required=False)
    customer_type = forms.ChoiceField(required=False, choices=with_empty(CustomerType.choices, "Not said"))
    legal_name = forms.CharField(max_length=255, required=False, help_text="Shown on invoices instead of the name.")
    legal_number = forms.CharField(label="Registration number", max_length=255, required=False)
    tax_identification_number = forms.CharField(label="Tax number", max_length=255, required=False)
    address_line1 = forms.CharField(label="Address", max_length=255, required=False)
    address_line2 = forms.CharField(label="Address, second line", max_length=255, required=False)
    zipcode = forms.CharField(label="Postal code", max_length=32, required=False)
    city = forms.CharField(max_length=255, required=False)
    state = forms.CharField(max_length=255, required=False)
    country = forms.ChoiceField(required=False, choices=lambda: with_empty(countries(), "Not said"))
    billing_entity_code = forms.ModelChoiceField(
        BillingEntity.objects.none(), label="Billing entity", to_field_name="code", empty_label=None
    )
    currency = forms.ChoiceField(required=False, choices=lambda: with_empty(currencies(), "That of the first plan"))
    timezone = forms.ChoiceField(label="Time zone", required=False, choices=lambda: with_empty(time_zones(), AS_ENTITY))
    document_locale = forms.ChoiceField(
        label="Documents in", required=False, choices=lambda: with_empty(document_locales(), AS_ENTITY)
    )
    invoice_grace_period = forms.IntegerField(
        label="Days an invoice stays a draft", required=False, min_value=0, help_text=f"Empty: {AS_ENTITY.lower()}."
    )
    net_payment_term = forms.IntegerField(
        label="Days until payment is due", required=False, min_value=0, help_text=f"Empty: {AS_ENTITY.lower()}."
    )
    finalize_zero_amount_invoice = forms.ChoiceField(
        label="Invoices of zero", choices=ZeroAmountPolicy.choices, initial=ZeroAmountPolicy.INHERIT
    )
    tax_codes = forms.ModelMultipleChoiceField(
        Tax.objects.none(),
        label="Taxes",
        to_field_name="code",
        required=False,
        help_text="None: those of the billing entity.",
    )
    invoice_custom_section_codes = forms.ModelMultipleChoiceField(
        InvoiceCustomSection.objects.none(),
        label="Sections on invoices",
        to_field_name="code",
        required=False,
        help_text="None: those of the billing entity.",
    )
    skip_invoice_custom_sections = forms.BooleanField(label="No sections on invoices", required=False)
    fieldsets = (
        ("Who", "", ("external_id", "name", "email", "phone", "customer_type")),
        ("On invoices", "", ("legal_name", "legal_number", "tax_identification_number")),
        ("Address", "", ("address_line1", "address_line2", "zipcode", "city", "state", "country")),
        (
            "Billing",
            "",
            (
                "billing_entity_code",
                "currency",
                "timezone",
                "document_locale",
                "invoice_grace_period",
                "net_payment_term",
                "finalize_zero_amount_invoice",
                "tax_codes",
                "invoice_custom_section_codes",
                "skip_invoice_custom_sections",
            ),
        ),
    )

    def prepare(self) -> None:
        self.fields["billing_entity_code"].queryset = self.organization.billing_entities.all()  # type: ignore[attr-defined]
        self.fields["tax_codes"].queryset = taxes_of(self.organization)  # type: ignore[attr-defined]
        sections = self.fields["invoice_custom_section_codes"]
        sections.queryset = sections_of(self.organization)  # type: ignore[attr-defined]
        if self.instance is not None:
            self.freeze("external_id", why="The ID under which applications know the customer stays.")


def form_values(values: dict[str, Any]) -> dict[str, Any]:
    """The form's values as ``create_or_update_customer`` takes them."""
    return {
        **values,
        "customer_type": values["customer_type"] or None,
        "billing_entity_code": values["billing_entity_code"].code,
        "tax_codes": [tax.code for tax in values["tax_codes"]],
        "invoice_custom_section_codes": [section.code for section in values["invoice_custom_section_codes"]],
    }


def initial_values(customer: Customer) -> dict[str, Any]:
    plain = {name: getattr(customer, name) for name in CustomerForm.base_fields if hasattr(customer, name)}
    living = customer.taxes.filter(deleted_at__isnull=True)
    return {
        **plain,
        "billing_entity_code": customer.billing_entity.code,
        "invoice_custom_section_codes": list(customer.invoice_custom_sections.values_list("code", flat=True)),
        # What the EU's rules chose is not chosen here, so that saving the form leaves the choice to them.
        "tax_codes": [] if customer.vat_evidence else list(living.values_list("code", flat=True)),
    }
