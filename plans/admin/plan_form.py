"""The form of a plan with its charges."""

from typing import Any

from django import forms

from billing_site.kernel.admin.choices import currencies
from billing_site.kernel.admin.forms import AmountField, CommandForm, in_cents, in_units
from billing_site.kernel.admin.sentences import sentences_by_field
from billing_site.kernel.errors import BillingError, ValidationFailed
from customers.models import Tax
from customers.queries import taxes_of
from plans.admin.charge_cards import card, charge_fields
from plans.models import Plan
from plans.periods import BillingInterval
from plans.queries import is_attached_to_subscriptions

FROZEN = ("code", "interval", "amount_currency", "pay_in_advance", "bill_charges_monthly")
WHY_FROZEN = "Fixed, because there are subscriptions to this plan."
INTERVALS = [(interval.value, interval.value.capitalize()) for interval in BillingInterval]


class PlanForm(CommandForm):
    """``charges`` is what the editor's script writes; ``charge_errors`` go back to its cards."""

    name = forms.CharField(max_length=255)
    code = forms.CharField(max_length=255, help_text="How the API calls it, such as pro_monthly.")
    amount = AmountField(label="Price per interval", help_text="Charged whatever the usage. May be 0.")
    amount_currency = forms.ChoiceField(label="Currency", choices=currencies)
    interval = forms.ChoiceField(choices=INTERVALS, initial=BillingInterval.MONTHLY.value)
    pay_in_advance = forms.BooleanField(
        required=False, label="Paid in advance", help_text="The price is billed when the interval begins."
    )
    bill_charges_monthly = forms.BooleanField(
        required=False, label="Usage billed monthly", help_text="Only for yearly and semiannual plans."
    )
    tax_codes = forms.ModelMultipleChoiceField(
        Tax.objects.none(), label="Taxes", to_field_name="code", required=False, help_text="None: the customer's."
    )
    invoice_display_name = forms.CharField(label="Name on invoices", max_length=255, required=False)
    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2, "wide": "1"}))
    charges = forms.JSONField(required=False, widget=forms.HiddenInput, initial=list)
    fieldsets = (
        ("Plan", "", ("name", "code", "invoice_display_name", "description")),
        (
            "Price",
            "",
            ("amount", "amount_currency", "interval", "tax_codes", "pay_in_advance", "bill_charges_monthly"),
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.charge_errors: dict[str, dict[str, list[str]]] = {}
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        self.fields["tax_codes"].queryset = taxes_of(self.organization)  # type: ignore[attr-defined]
        self.is_attached = self.instance is not None and is_attached_to_subscriptions(self.instance)
        if self.is_attached:
            self.freeze(*FROZEN, why=WHY_FROZEN)

    def clean_charges(self) -> Any:
        cards = self.cleaned_data["charges"] or []
        if not isinstance(cards, list) or not all(isinstance(each, dict) for each in cards):
            raise forms.ValidationError("The charges could not be read. Reload the page.")
        try:
            return charge_fields(cards)
        except ValidationFailed as refusal:
            self.refuse(refusal)
            return []

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        amount, currency = values.pop("amount", None), values.get("amount_currency")
        if amount is not None and currency:
            try:
                values["amount_cents"] = in_cents(amount, currency)
            except forms.ValidationError as wrong:
                self.add_error("amount", wrong)
        return values

    def refuse(self, refusal: BillingError) -> None:
        """Refusals of single charges go to their cards."""
        if isinstance(refusal, ValidationFailed):
            for name, lines in sentences_by_field(refusal).items():
                if name.startswith("charges."):
                    _, index, field = name.split(".", 2)
                    self.charge_errors.setdefault(index, {})[field] = lines
        if self.charge_errors:
            self.add_error(None, "A charge needs another look.")
        else:
            super().refuse(refusal)


def initial_values(plan: Plan, charges: list[Any]) -> dict[str, Any]:
    plain = {name: getattr(plan, name) for name in PlanForm.base_fields if hasattr(plan, name) and name != "charges"}
    return {
        **plain,
        "amount": in_units(plan.amount_cents, plan.amount_currency),
        "tax_codes": [tax.code for tax in plan.taxes.all() if tax.deleted_at is None],
        "charges": [card(charge) for charge in charges],
    }
