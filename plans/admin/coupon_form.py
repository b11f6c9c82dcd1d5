"""The form of a coupon: what it takes off, how often, until when and for what."""

from typing import Any

from django import forms

from billing_site.kernel.admin.choices import currencies
from billing_site.kernel.admin.forms import AmountField, CommandForm, InstantField, in_cents, in_units
from plans.models import AppliedCoupon, Coupon, CouponExpiration, CouponFrequency, CouponType, Plan
from plans.queries import live_plans
from plans.services.coupon import EDITABLE_WHEN_APPLIED
from usage.models import BillableMetric

TYPES = [
    (CouponType.FIXED_AMOUNT.value, "An amount"),
    (CouponType.PERCENTAGE.value, "A percentage"),
]
FREQUENCIES = [
    (CouponFrequency.ONCE.value, "Once: an amount until it is used up, a percentage on one invoice"),
    (CouponFrequency.RECURRING.value, "Recurring: on so many invoices"),
    (CouponFrequency.FOREVER.value, "For ever: on every invoice"),
]
WHY_FROZEN = "Fixed, because the coupon has been applied."
COLUMNS = (
    *("name", "code", "description", "coupon_type", "amount_currency", "percentage_rate", "frequency"),
    *("frequency_duration", "expiration_at", "reusable"),
)


class CouponForm(CommandForm):
    """Cleaned to what the commands take."""

    name = forms.CharField(max_length=255)
    code = forms.CharField(max_length=255, help_text="How the API calls it, such as welcome_10.")
    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2, "wide": "1"}))
    coupon_type = forms.ChoiceField(label="It takes off", choices=TYPES)
    amount = AmountField(required=False, help_text="Off each invoice; of a one-time coupon in all.")
    amount_currency = forms.ChoiceField(
        label="Currency", choices=currencies, help_text="An amount is only taken off invoices in its currency."
    )
    percentage_rate = forms.DecimalField(
        label="Percent", required=False, min_value=0, max_digits=12, decimal_places=5, help_text="20 means 20 %."
    )
    frequency = forms.ChoiceField(label="How often", choices=FREQUENCIES)
    frequency_duration = forms.IntegerField(label="Invoices", required=False, min_value=1, help_text="If recurring.")
    expiration_at = InstantField(
        label="Can be applied until", required=False, help_text="UTC. What was applied before goes on. Empty: always."
    )
    reusable = forms.BooleanField(
        required=False, initial=True, label="Several times", help_text="One customer can get it more than once."
    )
    plans = forms.ModelMultipleChoiceField(
        Plan.objects.none(), label="Only plans", required=False, help_text="None: for everything."
    )
    billable_metrics = forms.ModelMultipleChoiceField(
        BillableMetric.objects.none(), label="Only metrics", required=False, help_text="Plans or metrics, not both."
    )
    fieldsets = (
        ("Coupon", "", ("name", "code", "description")),
        (
            "Discount",
            "",
            ("coupon_type", "amount", "amount_currency", "percentage_rate", "frequency", "frequency_duration"),
        ),
        ("For whom and what", "", ("plans", "billable_metrics", "reusable", "expiration_at")),
    )

    def prepare(self) -> None:
        metrics = BillableMetric.objects.filter(organization=self.organization, deleted_at__isnull=True)
        self.fields["plans"].queryset = live_plans(self.organization).order_by("name")  # type: ignore[attr-defined]
        self.fields["billable_metrics"].queryset = metrics.order_by("name")  # type: ignore[attr-defined]
        if self.instance is not None and AppliedCoupon.objects.filter(coupon=self.instance).exists():
            self.freeze(*(set(self.fields) - EDITABLE_WHEN_APPLIED), why=WHY_FROZEN)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        amount, currency = values.pop("amount", None), values.get("amount_currency")
        if values.get("coupon_type") == CouponType.FIXED_AMOUNT and amount is not None and currency:
            try:
                values["amount_cents"] = in_cents(amount, currency)
            except forms.ValidationError as wrong:
                self.add_error("amount", wrong)
        has_end = values.get("expiration_at") is not None
        values["expiration"] = CouponExpiration.TIME_LIMIT if has_end else CouponExpiration.NO_EXPIRATION
        values["applies_to"] = {
            "plan_codes": [plan.code for plan in values.pop("plans", ())],
            "billable_metric_codes": [metric.code for metric in values.pop("billable_metrics", ())],
        }
        return values

    def field_of(self, name: str) -> str | None:
        return "amount" if name == "amount_cents" else super().field_of(name)


def initial_values(coupon: Coupon) -> dict[str, Any]:
    return {
        **{name: getattr(coupon, name) for name in COLUMNS},
        "amount": in_units(coupon.amount_cents or 0, coupon.amount_currency),
        "plans": list(coupon.plans.all()),
        "billable_metrics": list(coupon.billable_metrics.all()),
    }
