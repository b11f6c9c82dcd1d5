"""What the buttons of a wallet ask for."""

from decimal import Decimal

from django import forms

from billing_site.kernel.admin.forms import AmountField, CommandForm, InstantField
from invoices.models import LOWEST_PRIORITY


class TopUpForm(CommandForm):
    granted_credits = AmountField(label="Granted credits", required=False, help_text="Usable at once, no invoice.")
    paid_credits = AmountField(label="Paid credits", required=False, help_text="Usable when their invoice is paid.")
    priority = forms.IntegerField(
        min_value=1, max_value=LOWEST_PRIORITY, initial=LOWEST_PRIORITY, help_text="1 is used before 50."
    )
    expires_at = InstantField(required=False, label="Expire", help_text="UTC. Empty: with the wallet.")
    name = forms.CharField(max_length=255, required=False, label="Name on the invoice")

    def clean(self) -> dict[str, object]:
        values = super().clean() or {}
        if not any(values.get(name) for name in ("granted_credits", "paid_credits")):
            raise forms.ValidationError("Write how many credits come in.")
        return values


class VoidForm(CommandForm):
    voided_credits = AmountField(label="Credits", initial="")
    name = forms.CharField(max_length=255, required=False, label="Why")

    def clean_voided_credits(self) -> Decimal:
        credits: Decimal = self.cleaned_data["voided_credits"]
        if not credits:
            raise forms.ValidationError("Write how many credits go.")
        return credits
