"""Dunning campaigns in the console."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import validate_email
from django.http import HttpRequest
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.catalogue_admin import CatalogueAdmin
from billing_site.kernel.admin.choices import currencies
from billing_site.kernel.admin.display import money
from billing_site.kernel.admin.forms import AmountField, CommandForm, in_cents, in_units
from billing_site.kernel.admin.scope import organization_of
from customers.admin.customer import CustomerAdmin
from customers.models import BillingEntity, Customer
from invoices.models import DunningCampaign
from invoices.queries import campaigns_of, dunning_of
from invoices.services.dunning_campaign import (
    create_campaign,
    delete_campaign,
    set_customer_dunning,
    update_campaign,
)

LEAST_ROWS = 3


class CampaignForm(CommandForm):
    name = forms.CharField(max_length=255)
    code = forms.CharField(max_length=255)
    description = forms.CharField(required=False)
    max_attempts = forms.IntegerField(label="Times to ask", min_value=1, max_value=100, initial=3)
    days_between_attempts = forms.IntegerField(label="Days in between", min_value=1, max_value=365, initial=7)
    bcc_emails = forms.CharField(label="Copies to", required=False, help_text="Addresses, with commas between them.")
    billing_entity_codes = forms.ModelMultipleChoiceField(
        BillingEntity.objects.none(), label="For customers of", to_field_name="code", required=False
    )

    applied_to_organization = forms.BooleanField(label="For everybody else", required=False)

    def prepare(self) -> None:
        entities = BillingEntity.objects.filter(organization=self.organization)
        self.fields["billing_entity_codes"].queryset = entities  # type: ignore[attr-defined]
        stored = self.instance.thresholds.count() if self.instance is not None else 0
        self.rows = range(1, max(LEAST_ROWS, stored) + 1)
        for number in self.rows:
            is_first = number == 1
            choices = currencies() if is_first else [("", "None"), *currencies()]
            self.fields[f"currency_{number}"] = forms.ChoiceField(choices=choices, required=is_first, label="Currency")
            self.fields[f"amount_{number}"] = AmountField(label="From an overdue sum of", required=is_first)
        if self.instance is not None:
            self.freeze("code", why="A campaign keeps its code.")

    def clean_bcc_emails(self) -> list[str]:
        emails = [email.strip() for email in self.cleaned_data["bcc_emails"].split(",") if email.strip()]
        for email in emails:
            validate_email(email)
        return emails

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        thresholds: dict[str, int] = {}
        for number in self.rows:
            currency, amount = values.pop(f"currency_{number}", ""), values.pop(f"amount_{number}", None)
            if currency and amount:
                thresholds[currency] = in_cents(amount, currency)
        if not thresholds and not self.errors:
            raise forms.ValidationError("Write from which overdue sum on to ask.")
        values["thresholds"] = thresholds
        values["billing_entity_codes"] = [entity.code for entity in values.get("billing_entity_codes") or []]
        return values


def delete(request: HttpRequest, campaign: DunningCampaign, values: dict[str, Any]) -> str:
    delete_campaign(campaign=campaign, at=organization_of(request).now())
    return f"{campaign.name} asks nobody any more."


@admin.register(DunningCampaign)
class DunningCampaignAdmin(CatalogueAdmin):
    form_class = CampaignForm
    list_display = ["name", "code", "rhythm", "from_sums", "for_entities"]
    search_fields = ["name", "code"]
    search_help_text = "Name or code"
    empty_text = "No dunning campaigns. Add one, and what is overdue is asked for by itself."
    buttons = (
        Button(
            name="delete",
            label="Delete",
            command=delete,
            confirm="Nobody is asked by it any more. Requests that were made stay.",
            permission="delete",
            variant=ActionVariant.DANGER,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("thresholds", "defaults__billing_entity")

    @display(description="Asks")
    def rhythm(self, campaign: DunningCampaign) -> str:
        return f"{campaign.max_attempts} times, every {campaign.days_between_attempts} days"

    @display(description="From")
    def from_sums(self, campaign: DunningCampaign) -> str:
        return ", ".join(money(each.amount_cents, each.currency) for each in campaign.thresholds.all())

    @display(description="For customers of")
    def for_entities(self, campaign: DunningCampaign) -> str:
        names = [each.billing_entity.name for each in campaign.defaults.all()]
        everybody = ["everybody else"] if campaign.applied_to_organization else []
        return ", ".join(names + everybody) or "whom it is picked for"

    def initial(self, row: DunningCampaign) -> dict[str, Any]:
        thresholds = {}
        for number, each in enumerate(row.thresholds.all(), start=1):
            thresholds[f"currency_{number}"] = each.currency
            thresholds[f"amount_{number}"] = in_units(each.amount_cents, each.currency)
        codes = [each.billing_entity.code for each in row.defaults.select_related("billing_entity")]
        shown = {**super().initial(row), "bcc_emails": ", ".join(row.bcc_emails)}
        return {**shown, **thresholds, "billing_entity_codes": codes}

    def create(self, request: HttpRequest, values: dict[str, Any]) -> DunningCampaign:
        organization = organization_of(request)
        return create_campaign(organization=organization, at=organization.now(), **values)

    def update(self, request: HttpRequest, row: DunningCampaign, values: dict[str, Any]) -> DunningCampaign:
        return update_campaign(campaign=row, at=organization_of(request).now(), **values)


class CustomerDunningForm(CommandForm):
    """``instance`` is the customer."""

    campaign = forms.ModelChoiceField(
        DunningCampaign.objects.none(), required=False, empty_label="That of the billing entity"
    )
    is_excluded = forms.BooleanField(label="Never ask", required=False)

    def prepare(self) -> None:
        now = dunning_of(self.instance)
        self.initial = {"campaign": now.campaign_id, "is_excluded": now.is_excluded, **self.initial}
        self.fields["campaign"].queryset = campaigns_of(self.organization)  # type: ignore[attr-defined]


def choose(request: HttpRequest, customer: Customer, values: dict[str, Any]) -> str:
    set_customer_dunning(customer=customer, **values)
    if values["is_excluded"]:
        return "Nothing is asked for by itself."
    return f"Asked by {values['campaign'] or 'the campaign of the billing entity'}."


CustomerAdmin.buttons += [
    Button(name="dunning", label="Dunning", command=choose, form=CustomerDunningForm, icon="notifications_active")
]
