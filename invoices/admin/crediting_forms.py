"""What an operator says to give back of an invoice, or to take it back; each tells live what it comes to."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.urls import reverse

from billing_site.kernel.admin.display import money
from billing_site.kernel.admin.forms import AmountField, CommandForm, in_cents
from invoices.billing.credit_notes.creditable import creditable_fee, with_credited
from invoices.billing.credit_notes.requested import AskedItem, Estimate
from invoices.billing.credit_notes.voids import VoidCredit
from invoices.models import CreditNoteReason, Fee
from invoices.settlement import Split

# A form with more lines is none.
MOST_FEES = 50


class Way(TextChoices):
    CREDIT = "credit_amount_cents", "Credit for later invoices"
    REFUND = "refund_amount_cents", "Refund"
    OFFSET = "offset_amount_cents", "Taken off what is due"
    REFUND_FIRST = "refund_first", "Refund what was paid, the rest as credit"


def split_of(way: str, estimate: Estimate) -> Split:
    """All of the total the chosen way."""
    total = estimate.amounts.total_amount_cents
    if way == Way.REFUND_FIRST:
        refund = estimate.most.refund_amount_cents
        return Split(credit_amount_cents=total - refund, refund_amount_cents=refund)
    return Split()._replace(**{way: total})


class CreditNoteForm(CommandForm):
    """``instance`` is the invoice: an amount for each fee, without tax."""

    way = forms.ChoiceField(label="Given back as", choices=Way.choices)
    reason = forms.ChoiceField(choices=CreditNoteReason.choices, initial=CreditNoteReason.OTHER)
    description = forms.CharField(required=False)

    def prepare(self) -> None:
        self.live = reverse("admin:credit_note_estimate", args=[self.instance.pk])
        own = with_credited(self.instance.fees.order_by("created_at", "id"))
        self.fees = {f"fee_{fee.pk}": fee for fee in own[:MOST_FEES]}
        for name, fee in self.fees.items():
            self.fields[name] = AmountField(label=fee.display_name, help_text=f"{_left(fee)} left, without tax.")
        self.order_fields([*self.fees, "way", "reason", "description"])

    def items(self) -> list[AskedItem]:
        """Those with an amount, of what passed the fields."""
        return list(self._items())

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["items"] = self.items()
        if not values["items"] and not self.errors:
            raise forms.ValidationError("Write what is given back of at least one fee.")
        return values

    def _items(self) -> Iterator[AskedItem]:
        for name, fee in self.fees.items():
            amount: Decimal | None = self.cleaned_data.get(name)
            if amount:
                yield AskedItem(fee.pk, in_cents(amount, self.instance.currency))


class VoidForm(CommandForm):
    """``instance`` is the invoice. Amounts count only where the customer keeps a credit note."""

    generate_credit_note = forms.BooleanField(
        label="Keep a credit note",
        required=False,
        help_text="Instead of giving prepaid credits and credit notes back that paid the invoice.",
    )
    credit_amount = AmountField(label="Kept as credit")
    refund_amount = AmountField(label="Refunded")

    def prepare(self) -> None:
        self.live = reverse("admin:void_preview", args=[self.instance.pk])

    def credit(self) -> VoidCredit | None:
        """What the customer keeps; None when everything that paid the invoice is given back."""
        if not self.cleaned_data.get("generate_credit_note"):
            return None
        return VoidCredit(self._cents("credit_amount"), self._cents("refund_amount"))

    def clean(self) -> dict[str, Any]:
        return {**(super().clean() or {}), "credit": self.credit()}

    def _cents(self, name: str) -> int:
        amount: Decimal = self.cleaned_data.get(name) or Decimal(0)
        return in_cents(amount, self.instance.currency)


def _left(fee: Fee) -> str:
    return money(creditable_fee(fee).creditable_amount_cents, fee.amount_currency)
