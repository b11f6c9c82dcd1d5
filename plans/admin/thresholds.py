"""The usage thresholds of a plan or a subscription, written in a dialog of their own."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import HttpRequest

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.forms import CommandForm, in_cents, in_units
from billing_site.kernel.admin.scope import organization_of
from plans.models import Plan, Subscription, UsageThreshold
from plans.queries import live_thresholds
from plans.services.fields import ThresholdFields
from plans.services.plan import update_plan
from plans.services.subscription import update_subscription


class ThresholdsForm(CommandForm):
    amounts = forms.CharField(
        label="Amounts",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One a line, such as 100.00: usage that passes it is invoiced at once, once in a lifetime.",
    )
    recurring = forms.CharField(
        label="Then every", required=False, help_text="Repeats beyond the last of these amounts."
    )

    @property
    def owned(self) -> dict[str, Any]:
        return {"plan": self.instance}

    @property
    def currency(self) -> str:
        return str(self.instance.amount_currency)

    def prepare(self) -> None:
        present = list(live_thresholds().filter(**self.owned))
        self.initial["amounts"] = "\n".join(self._shown(each) for each in present if not each.recurring)
        self.initial["recurring"] = "".join(self._shown(each) for each in present if each.recurring)

    def clean_amounts(self) -> list[int]:
        return [self._cents(line) for line in self.cleaned_data["amounts"].split()]

    def clean_recurring(self) -> int | None:
        text = self.cleaned_data["recurring"].strip()
        return self._cents(text) if text else None

    def _shown(self, threshold: UsageThreshold) -> str:
        return in_units(threshold.amount_cents, self.currency)

    def _cents(self, text: str) -> int:
        try:
            amount = Decimal(text)
        except InvalidOperation:
            raise forms.ValidationError(f"{text} is no amount. Write one such as 100.00.") from None
        if not amount.is_finite() or amount <= 0 or amount.adjusted() > 12:
            raise forms.ValidationError("A threshold is an amount of more than zero.")
        return in_cents(amount, self.currency)


class SubscriptionThresholdsForm(ThresholdsForm):
    progressive_billing_disabled = forms.BooleanField(
        label="No invoices before the period ends", required=False, help_text="Whatever thresholds there are."
    )

    @property
    def owned(self) -> dict[str, Any]:
        return {"subscription": self.instance}

    @property
    def currency(self) -> str:
        return str(self.instance.plan.amount_currency)

    def prepare(self) -> None:
        super().prepare()
        self.fields["amounts"].help_text = "One a line, such as 100.00. Leave it empty to have those of the plan."
        self.initial["progressive_billing_disabled"] = self.instance.progressive_billing_disabled


def thresholds_of(values: dict[str, Any]) -> list[ThresholdFields]:
    amounts: Sequence[int] = values["amounts"]
    fixed: list[ThresholdFields] = [{"amount_cents": cents} for cents in amounts]
    repeated: list[ThresholdFields] = [{"amount_cents": values["recurring"], "recurring": True}]
    return [*fixed, *repeated] if values["recurring"] else fixed


def set_plan_thresholds(request: HttpRequest, plan: Plan, values: dict[str, Any]) -> str:
    update_plan(plan=plan, at=organization_of(request).now(), usage_thresholds=thresholds_of(values))
    return f"The usage thresholds of {plan} are saved."


def set_subscription_thresholds(request: HttpRequest, subscription: Subscription, values: dict[str, Any]) -> str:
    update_subscription(
        subscription=subscription,
        at=organization_of(request).now(),
        usage_thresholds=thresholds_of(values),
        progressive_billing_disabled=values["progressive_billing_disabled"],
    )
    return f"The usage thresholds of {subscription} are saved."


PLAN_THRESHOLDS = Button(
    name="thresholds", label="Usage thresholds", command=set_plan_thresholds, form=ThresholdsForm, icon="flag"
)
SUBSCRIPTION_THRESHOLDS = Button(
    name="thresholds",
    label="Usage thresholds",
    command=set_subscription_thresholds,
    form=SubscriptionThresholdsForm,
    icon="flag",
)
