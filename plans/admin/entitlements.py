"""What a plan or one subscription entitles to, ticked in a dialog: features, and the values of their privileges."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.choices import with_empty
from billing_site.kernel.admin.forms import CommandForm
from billing_site.kernel.admin.scope import organization_of
from plans.models import Feature, Plan, Privilege, PrivilegeType, Subscription
from plans.queries import Entitled, features_of, plan_entitlements, subscription_entitlements
from plans.services.entitlement import change_subscription_entitlements, set_plan_entitlements

FEATURES_SHOWN = 100
NOT_SAID = "Not said"


class EntitlementsForm(CommandForm):
    """A switch for each feature, and under it a field for each privilege; what is empty is not said."""

    def entitled(self) -> Iterable[Entitled]:
        return plan_entitlements(self.instance)

    def prepare(self) -> None:
        self.features = list(features_of(self.organization)[:FEATURES_SHOWN])
        values: dict[UUID, str] = {}
        for each in self.entitled():
            self.initial[_name(each.feature)] = True
            values.update(each.values)
        for feature in self.features:
            self.fields[_name(feature)] = forms.BooleanField(label=str(feature), required=False)
            for privilege in feature.privileges.all():
                self.fields[_name(privilege)] = _field(feature, privilege)
                self.initial[_name(privilege)] = values.get(privilege.pk, "")

    def wanted(self) -> dict[str, dict[str, Any]]:
        """The values of privileges by the codes of the features that are ticked."""
        given = self.cleaned_data
        return {
            feature.code: {
                each.code: given[_name(each)] for each in feature.privileges.all() if given[_name(each)] != ""
            }
            for feature in self.features
            if given[_name(feature)]
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors:
            values["wanted"] = self.wanted()
        return values


class SubscriptionEntitlementsForm(EntitlementsForm):
    def entitled(self) -> Iterable[Entitled]:
        return subscription_entitlements(self.instance)


def _name(row: Feature | Privilege) -> str:
    return f"{row._meta.model_name}-{row.pk}"


def _field(feature: Feature, privilege: Privilege) -> forms.Field:
    label = f"{feature}: {privilege}"
    match PrivilegeType(privilege.value_type):
        case PrivilegeType.INTEGER:
            return forms.RegexField(r"^-?\d+$", label=label, required=False, help_text="A whole number.")
        case PrivilegeType.BOOLEAN:
            choices = [("true", "Yes"), ("false", "No")]
        case PrivilegeType.SELECT:
            choices = [(option, option) for option in privilege.select_options]
        case _:
            return forms.CharField(label=label, required=False)
    return forms.ChoiceField(label=label, required=False, choices=with_empty(choices, NOT_SAID))


def entitle_plan(request: HttpRequest, plan: Plan, values: dict[str, Any]) -> str:
    at = organization_of(request).now()
    set_plan_entitlements(plan=plan, entitlements=values["wanted"], at=at, replaces=True)
    return f"{plan} entitles to {len(values['wanted'])} feature(s)."


def entitle_subscription(request: HttpRequest, subscription: Subscription, values: dict[str, Any]) -> str:
    at = organization_of(request).now()
    change_subscription_entitlements(subscription=subscription, wanted=values["wanted"], at=at)
    return f"{subscription} is entitled to {len(values['wanted'])} feature(s)."


PLAN_ENTITLEMENTS = Button(
    name="entitlements", label="Entitlements", command=entitle_plan, form=EntitlementsForm, icon="toggle_on"
)
SUBSCRIPTION_ENTITLEMENTS = Button(
    name="entitlements",
    label="Entitlements",
    command=entitle_subscription,
    form=SubscriptionEntitlementsForm,
    confirm="What differs from the plan holds for this subscription alone.",
    icon="toggle_on",
)
