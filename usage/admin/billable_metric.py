"""Billable metrics in the console."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button, go
from billing_site.kernel.admin.catalogue_admin import CatalogueAdmin
from billing_site.kernel.admin.choices import with_empty
from billing_site.kernel.admin.forms import CommandForm
from billing_site.kernel.admin.scope import organization_of
from usage.models import AggregationType, BillableMetric, RoundingFunction
from usage.services.billable_metric import create_billable_metric, delete_billable_metric, update_billable_metric

AGGREGATIONS = [
    (AggregationType.COUNT.value, "Count: how many events"),
    (AggregationType.SUM.value, "Sum: the property added up"),
    (AggregationType.MAX.value, "Max: the highest value of the property"),
    (AggregationType.LATEST.value, "Latest: the last value of the property"),
    (AggregationType.UNIQUE_COUNT.value, "Unique count: how many different values"),
]
ROUNDINGS = [
    (RoundingFunction.ROUND.value, "Round half up"),
    (RoundingFunction.CEIL.value, "Round up"),
    (RoundingFunction.FLOOR.value, "Round down"),
]


class BillableMetricForm(CommandForm):
    name = forms.CharField(max_length=255)
    code = forms.CharField(max_length=255, help_text="What events name, such as api_calls.")
    aggregation_type = forms.ChoiceField(label="How events are counted", choices=AGGREGATIONS)
    field_name = forms.CharField(
        label="Property", max_length=255, required=False, help_text="Which property of the events; not for Count."
    )
    expression = forms.CharField(
        required=False,
        help_text="Computes the property as events come in: event.properties.cores * event.properties.hours.",
        widget=forms.TextInput(attrs={"wide": "1"}),
    )
    recurring = forms.BooleanField(
        required=False,
        label="Carried over",
        help_text="Each period starts with the units of the one before, as for seats.",
    )
    rounding_function = forms.ChoiceField(label="Rounding", required=False, choices=with_empty(ROUNDINGS, "Exact"))
    rounding_precision = forms.IntegerField(label="Digits kept", required=False, help_text="After the point.")
    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2, "wide": "1"}))
    fieldsets = (
        ("Metric", "", ("name", "code", "description")),
        (
            "Counting",
            "",
            ("aggregation_type", "field_name", "expression", "rounding_function", "rounding_precision", "recurring"),
        ),
    )

    def clean_rounding_function(self) -> str | None:
        return self.cleaned_data["rounding_function"] or None


def delete(request: HttpRequest, metric: BillableMetric, values: dict[str, Any]) -> HttpResponse:
    delete_billable_metric(metric=metric, at=organization_of(request).now())
    return go(request, reverse("admin:usage_billablemetric_changelist"))


@admin.register(BillableMetric)
class BillableMetricAdmin(CatalogueAdmin):
    form_class = BillableMetricForm
    list_display = ["name", "code", "aggregation_type", "field_name", "carried_over"]
    list_filter = [("aggregation_type", ChoicesDropdownFilter)]
    search_fields = ["name", "code"]
    search_help_text = "Name or code"
    empty_text = "No metrics yet. A metric says what is counted in the events that applications send."
    buttons = (
        Button(
            name="delete",
            label="Delete",
            command=delete,
            confirm="Charges on this metric are taken off their plans. Its events are kept, but no longer billed.",
            permission="delete",
            variant=ActionVariant.DANGER,
        ),
    )

    @display(description="Carried over", boolean=True)
    def carried_over(self, metric: BillableMetric) -> bool:
        return metric.recurring

    def create(self, request: HttpRequest, values: dict[str, Any]) -> BillableMetric:
        organization = organization_of(request)
        return create_billable_metric(organization=organization, at=organization.now(), **values)

    def update(self, request: HttpRequest, row: BillableMetric, values: dict[str, Any]) -> BillableMetric:
        return update_billable_metric(metric=row, at=organization_of(request).now(), **values)
