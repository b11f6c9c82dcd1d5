"""Alerts on the usage of subscriptions in the console: made, changed and deleted."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.catalogue_admin import CatalogueAdmin
from billing_site.kernel.admin.display import instant, units
from billing_site.kernel.admin.forms import CommandForm
from billing_site.kernel.admin.scope import organization_of
from invoices.models import METRIC_TYPES, WALLET_TYPES, Alert, AlertType
from invoices.services.alert import AlertFields, ThresholdFields, create_alert, delete_alerts, update_alert
from plans.admin.subscription import SubscriptionAdmin
from plans.models import Subscription
from plans.queries import NOT_ENDED
from usage.models import BillableMetric

OF_SUBSCRIPTIONS = [(each.value, each.label) for each in AlertType if each not in WALLET_TYPES]
WRITE_A_NUMBER = "Write a number such as 100 or 99.50."


class AlertForm(CommandForm):
    """Of a subscription, then it is new, or of an alert, whose type stays."""

    alert_type = forms.ChoiceField(label="Looks at", choices=OF_SUBSCRIPTIONS)
    billable_metric = forms.ModelChoiceField(
        BillableMetric.objects.none(), label="Metric", required=False, help_text="For those that look at one metric."
    )
    code = forms.CharField(max_length=255, help_text="How webhooks call it.")
    name = forms.CharField(max_length=255, required=False)
    thresholds = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text="One a line, amounts in cents or units: told of once, when it is passed.",
    )
    recurring = forms.CharField(label="Then every", required=False, help_text="Repeats beyond the last of these.")

    def prepare(self) -> None:
        metrics = BillableMetric.objects.filter(organization=self.organization, deleted_at__isnull=True)
        self.fields["billable_metric"].queryset = metrics.order_by("name")  # type: ignore[attr-defined]
        if isinstance(self.instance, Alert):
            self.freeze("alert_type", why="Make another alert to look at something else.")
            self._fill(self.instance)

    def _fill(self, alert: Alert) -> None:
        thresholds = list(alert.thresholds.all())
        self.initial = {
            **self.initial,
            "alert_type": alert.alert_type,
            "billable_metric": alert.billable_metric_id,
            "code": alert.code,
            "name": alert.name,
            "thresholds": "\n".join(f"{each.value.normalize():f}" for each in thresholds if not each.recurring),
            "recurring": "".join(f"{each.value.normalize():f}" for each in thresholds if each.recurring),
        }

    def clean_thresholds(self) -> list[Decimal]:
        return [_number(line) for line in self.cleaned_data["thresholds"].split()]

    def clean_recurring(self) -> Decimal | None:
        text = self.cleaned_data["recurring"].strip()
        return _number(text) if text else None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("alert_type") in METRIC_TYPES and not values.get("billable_metric"):
            self.add_error("billable_metric", "This one looks at a metric: choose it.")
        return values


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise forms.ValidationError(WRITE_A_NUMBER) from None
    if not number.is_finite() or abs(number.adjusted()) > 20:
        raise forms.ValidationError(WRITE_A_NUMBER)
    return number


def alert_fields(values: dict[str, Any]) -> AlertFields:
    """What a valid ``AlertForm`` asks for."""
    thresholds: list[ThresholdFields] = [{"value": each} for each in values["thresholds"]]
    if values["recurring"] is not None:
        thresholds.append({"value": values["recurring"], "recurring": True})
    metric = values["billable_metric"]
    return {
        "alert_type": values["alert_type"],
        "code": values["code"],
        "name": values["name"],
        "billable_metric_code": metric.code if metric else "",
        "thresholds": thresholds,
    }


def add(request: HttpRequest, subscription: Subscription, values: dict[str, Any]) -> str:
    alert = create_alert(owner=subscription, at=organization_of(request).now(), **alert_fields(values))
    return f"Alert {alert} watches {subscription}."


def delete(request: HttpRequest, alert: Alert, values: dict[str, Any]) -> str:
    delete_alerts(alerts=[alert], at=organization_of(request).now())
    return f"Alert {alert} is deleted."


@admin.register(Alert)
class AlertAdmin(CatalogueAdmin):
    """Those of subscriptions; a new one is made on the subscription's page."""

    form_class = AlertForm
    list_display = ["named", "alert_type", "external_subscription_id", "value", "looked_at"]
    list_display_links = ["named"]
    search_fields = ["code", "external_subscription_id"]
    ordering = ["-created_at", "-id"]
    empty_text = "No alerts yet. Add one on a subscription's page."
    buttons = (
        Button(
            name="delete",
            label="Delete",
            command=delete,
            confirm="Nobody is told any more. What it has told stays known.",
            permission="delete",
            variant=ActionVariant.DANGER,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Alert]:
        return super().get_queryset(request).filter(wallet__isnull=True)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def initial(self, row: Alert) -> dict[str, Any]:
        return {}

    def update(self, request: HttpRequest, row: Alert, values: dict[str, Any]) -> Alert:
        return update_alert(alert=row, at=organization_of(request).now(), **alert_fields(values))

    @display(description="Alert")
    def named(self, alert: Alert) -> str:
        return str(alert)

    @display(description="Value at last look")
    def value(self, alert: Alert) -> str:
        return units(alert.previous_value)

    @display(description="Looked at (UTC)")
    def looked_at(self, alert: Alert) -> str:
        return instant(alert.last_processed_at)


SubscriptionAdmin.buttons = (
    *SubscriptionAdmin.buttons,
    Button(
        name="alert",
        label="Add alert",
        command=add,
        form=AlertForm,
        confirm="Webhooks are told when usage passes a threshold.",
        allowed=lambda subscription: subscription.status in NOT_ENDED,
        icon="notifications",
    ),
)
