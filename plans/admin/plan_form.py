"""The form of a plan with its prices."""

from typing import Any

from django import forms

from billing_site.kernel.admin.choices import currencies
from plans.admin.editor.form import COMMITMENT, EditorForm, initial_prices
from plans.models import Plan
from plans.periods import BillingInterval
from plans.queries import is_attached_to_subscriptions

FROZEN = (
    "code",
    "interval",
    "amount_currency",
    "pay_in_advance",
    "trial_period",
    "bill_charges_monthly",
    "bill_fixed_charges_monthly",
)
WHY_FROZEN = "Fixed, because there are subscriptions to this plan."
INTERVALS = [(interval.value, interval.value.capitalize()) for interval in BillingInterval]
LONG = "Only for yearly and semiannual plans."
PRICE = ("amount", "amount_currency", "interval", "tax_codes", "trial_period")
TIMING = ("pay_in_advance", "bill_charges_monthly", "bill_fixed_charges_monthly")


class PlanForm(EditorForm):
    name = forms.CharField(max_length=255)
    code = forms.CharField(max_length=255, help_text="How the API calls it, such as pro_monthly.")
    amount_currency = forms.ChoiceField(label="Currency", choices=currencies)
    interval = forms.ChoiceField(choices=INTERVALS, initial=BillingInterval.MONTHLY.value)
    trial_period = forms.DecimalField(
        label="Free trial, days",
        min_value=0,
        max_digits=10,
        decimal_places=4,
        required=False,
        help_text="The price per interval is not charged during these; usage is.",
    )
    pay_in_advance = forms.BooleanField(
        required=False, label="Paid in advance", help_text="The price is billed when the interval begins."
    )
    bill_charges_monthly = forms.BooleanField(required=False, label="Usage billed monthly", help_text=LONG)
    bill_fixed_charges_monthly = forms.BooleanField(
        required=False, label="Fixed charges billed monthly", help_text=LONG
    )
    invoice_display_name = forms.CharField(label="Name on invoices", max_length=255, required=False)
    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2, "wide": "1"}))
    cascade_updates = forms.BooleanField(
        required=False,
        label="Change these too",
        help_text="Where they still have the old value, they get the new one.",
    )

    def prepare(self) -> None:
        super().prepare()
        self.is_attached = self.instance is not None and is_attached_to_subscriptions(self.instance)
        self.is_overridden = self.instance is not None and self.instance.children.filter(deleted_at=None).exists()
        if self.is_attached:
            self.freeze(*FROZEN, why=WHY_FROZEN)
        if not self.is_overridden:
            del self.fields["cascade_updates"]
        self.fieldsets = (
            ("Plan", "", ("name", "code", "invoice_display_name", "description")),
            ("Price", "", (*PRICE, *TIMING)),
            COMMITMENT,
        )

    def command_fields(self) -> dict[str, Any]:
        """What ``create_plan`` and ``update_plan`` take; cards that were not sent change nothing."""
        values, sketch = self.cleaned_data, self.sketch
        plain = {name: values[name] for name in PLAIN if name in values}
        asked: dict[str, Any] = {
            **plain,
            "trial_period": values["trial_period"] or 0,
            "tax_codes": [tax.code for tax in values["tax_codes"]],
            "minimum_commitment": self.commitment(),
        }
        if "charges" in self.data:
            asked["charges"] = [each.fields for each in sketch.charges]
        if "fixed_charges" in self.data:
            asked["fixed_charges"] = [each.fields for each in sketch.fixed_charges]
        return asked


PLAIN = (
    "name",
    "code",
    "description",
    "invoice_display_name",
    "interval",
    "amount_cents",
    "amount_currency",
    "pay_in_advance",
    "bill_charges_monthly",
    "bill_fixed_charges_monthly",
    "cascade_updates",
)


def initial_values(plan: Plan) -> dict[str, Any]:
    plain = {name: getattr(plan, name) for name in PlanForm.base_fields if hasattr(Plan, name)}
    return {**plain, **initial_prices(plan)}
