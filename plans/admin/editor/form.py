"""What forms with prices have in common: cards of charges and fixed charges, and a minimum commitment."""

import json
from typing import Any

from django import forms

from billing_site.kernel.admin.forms import AmountField, CommandForm, in_cents, in_units
from billing_site.kernel.admin.sentences import sentences_by_field
from billing_site.kernel.errors import BillingError, ValidationFailed
from customers.models import Tax
from customers.queries import taxes_of
from plans.admin.editor.card_reader import Faults
from plans.admin.editor.charge_cards import charge_card
from plans.admin.editor.fixed_charge_cards import fixed_charge_card
from plans.admin.editor.sketch import Cards, Sketch
from plans.models import MinimumCommitment, Plan
from plans.queries import charges_of, fixed_charges_of
from plans.services.fields import CommitmentFields

UNREADABLE = "The charges could not be read. Reload the page."
ANOTHER_LOOK = "A charge needs another look."
COMMITMENT = (
    "Minimum commitment",
    "What a subscription costs at least in each interval; what is missing is a line of its own.",
    ("commitment_amount", "commitment_name", "commitment_taxes"),
)


def taxes_field(label: str, help_text: str) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        Tax.objects.none(), label=label, to_field_name="code", required=False, help_text=help_text
    )


class EditorForm(CommandForm):
    """``sketch`` is what the cards come to; its ``faults`` go back to their cards."""

    amount = AmountField(label="Price per interval", help_text="Charged whatever the usage. May be 0.")
    tax_codes = taxes_field("Taxes", "None: the customer's.")
    commitment_amount = AmountField(label="At least", required=False, help_text="0: no minimum.")
    commitment_name = forms.CharField(label="Its name on invoices", max_length=255, required=False)
    commitment_taxes = taxes_field("Its taxes", "None: the plan's.")
    charges = forms.JSONField(required=False, widget=forms.HiddenInput)
    fixed_charges = forms.JSONField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.sketch = Sketch()
        self.refused_cards: Faults = {}
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        for name in ("tax_codes", "commitment_taxes"):
            self.fields[name].queryset = taxes_of(self.organization)  # type: ignore[attr-defined]

    @property
    def currency(self) -> str:
        """Of all amounts; empty as long as none is chosen."""
        return str(self.cleaned_data.get("amount_currency") or "")

    @property
    def card_faults(self) -> Faults:
        return {**self.sketch.faults, **self.refused_cards}

    def clean_charges(self) -> Cards:
        return _cards(self.cleaned_data["charges"])

    def clean_fixed_charges(self) -> Cards:
        return _cards(self.cleaned_data["fixed_charges"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.currency:
            values["amount_cents"] = self._cents("amount")
            values["commitment_cents"] = self._cents("commitment_amount")
            cards = (values.get("charges") or [], values.get("fixed_charges") or [])
            self.sketch = Sketch.of(self.organization, *cards, self.currency)
        if self.sketch.faults:
            self.add_error(None, ANOTHER_LOOK)
        return values

    def commitment(self) -> CommitmentFields | None:
        """The fields of the command; None: there is to be none."""
        values = self.cleaned_data
        if not values["commitment_cents"]:
            return None
        return {
            "amount_cents": values["commitment_cents"],
            "invoice_display_name": values["commitment_name"],
            "tax_codes": [tax.code for tax in values["commitment_taxes"]],
        }

    def commitment_place(self) -> Any:
        """The commitment by value, to compare it with that of another plan."""
        amount_cents = self.cleaned_data.get("commitment_cents") or 0
        if not amount_cents:
            return (0, "", frozenset())
        taxes = frozenset(tax.code for tax in self.cleaned_data.get("commitment_taxes", ()))
        return (amount_cents, self.cleaned_data.get("commitment_name", ""), taxes)

    def refuse(self, refusal: BillingError) -> None:
        """What the command refuses about charges goes to their cards."""
        if isinstance(refusal, ValidationFailed):
            sentences = sentences_by_field(refusal)
            of_cards = {name: lines for name, lines in sentences.items() if name.startswith(("charges.", "fixed_"))}
            if of_cards:
                self.refused_cards = of_cards
                self.add_error(None, ANOTHER_LOOK)
                return
        super().refuse(refusal)

    def field_of(self, name: str) -> str | None:
        return {"amount_cents": "amount", "minimum_commitment.amount_cents": "commitment_amount"}.get(
            name, super().field_of(name)
        )

    def shown_cards(self, name: str) -> Any:
        """What the operator typed stays on the page, even if it was refused."""
        if not self.is_bound:
            return self.initial.get(name) or []
        try:
            return _cards(json.loads(self.data.get(name) or "[]"))
        except (ValueError, forms.ValidationError):
            return []

    def _cents(self, name: str) -> int | None:
        amount = self.cleaned_data.get(name)
        try:
            return None if amount is None else in_cents(amount, self.currency)
        except forms.ValidationError as wrong:
            self.add_error(name, wrong)
            return None


def initial_prices(plan: Plan) -> dict[str, Any]:
    """What the fields and cards start with."""
    commitment = MinimumCommitment.objects.filter(plan=plan).prefetch_related("taxes").first()
    currency = plan.amount_currency
    return {
        "amount": in_units(plan.amount_cents, currency),
        "tax_codes": codes_of(plan.taxes.all()),
        "commitment_amount": in_units(commitment.amount_cents if commitment else 0, currency),
        "commitment_name": commitment.invoice_display_name if commitment else "",
        "commitment_taxes": codes_of(commitment.taxes.all()) if commitment else [],
        "charges": [charge_card(each, currency) for each in charges_of(plan)],
        "fixed_charges": [fixed_charge_card(each) for each in fixed_charges_of(plan)],
    }


def codes_of(taxes: Any) -> list[str]:
    return [tax.code for tax in taxes if tax.deleted_at is None]


def _cards(given: Any) -> Cards:
    if not isinstance(given or [], list) or not all(isinstance(each, dict) for each in given or []):
        raise forms.ValidationError(UNREADABLE)
    return given or []
