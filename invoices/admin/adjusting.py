"""Buttons that set fees of a draft by hand, and tell live what the invoice comes to."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.display import money, unit_price, units
from billing_site.kernel.admin.forms import CommandForm
from billing_site.kernel.admin.live import Facts, said_live
from billing_site.kernel.admin.pages import page
from billing_site.kernel.admin.scope import organization_of
from invoices.admin.chosen_invoice import invoice_or_404
from invoices.billing.fee_key import key_of
from invoices.models import AdjustedFee, Fee, Invoice
from invoices.queries import adjusted_fees_of, fee_on
from invoices.services.adjusted_fee import Changes, adjust_fee, preview_adjustment, remove_adjustment

# A list with more lines is none.
MOST_FEES = 200


class AdjustForm(CommandForm):
    """``instance`` is the draft. What is left empty stays as it is computed."""

    fee = forms.ChoiceField(label="Fee")
    units = forms.DecimalField(label="Units", required=False, min_value=0, help_text="Priced by the rules of the fee.")
    unit_precise_amount = forms.DecimalField(
        label="Unit price", required=False, min_value=0, help_text="Takes the place of the fee's own price."
    )
    invoice_display_name = forms.CharField(label="Name on the invoice", required=False, max_length=255)

    def prepare(self) -> None:
        self.live = reverse("admin:adjustment_preview", args=[self.instance.pk])
        self.fields["fee"].choices = [  # type: ignore[attr-defined]
            (str(fee.pk), _said(fee)) for fee in self.instance.fees.order_by("created_at", "id")[:MOST_FEES]
        ]

    def changes(self) -> Changes:
        """What was written into the fields, of what passed them."""
        given = self.cleaned_data
        changes: Changes = {"invoice_display_name": given.get("invoice_display_name", "")}
        if given.get("units") is not None:
            changes["units"] = given["units"]
        if given.get("unit_precise_amount") is not None:
            changes["unit_precise_amount"] = given["unit_precise_amount"]
        return changes

    def clean(self) -> dict[str, Any]:
        return {**(super().clean() or {}), "changes": self.changes()}


class RemoveForm(CommandForm):
    """``instance`` is the draft."""

    adjusted_fee = forms.ModelChoiceField(label="Set by hand", queryset=AdjustedFee.objects.none())

    def prepare(self) -> None:
        self.fields["adjusted_fee"].queryset = adjusted_fees_of(self.instance)  # type: ignore[attr-defined]


def adjust(request: HttpRequest, invoice: Invoice, values: dict[str, Any]) -> str:
    key = key_of(fee_on(invoice, UUID(values["fee"])))
    fee = adjust_fee(invoice=invoice, key=key, at=organization_of(request).now(), **values["changes"])
    return f"{fee.display_name} is {money(fee.amount_cents, fee.amount_currency)} now, and stays so in refreshes."


def remove(request: HttpRequest, invoice: Invoice, values: dict[str, Any]) -> str:
    remove_adjustment(adjusted_fee=values["adjusted_fee"], at=organization_of(request).now())
    return "The fee is computed again."


def can_be_adjusted(invoice: Invoice) -> bool:
    return invoice.is_draft


def is_adjusted(invoice: Invoice) -> bool:
    return invoice.is_draft and adjusted_fees_of(invoice).exists()


@page("invoices/<uuid:invoice_id>/adjustment/", name="adjustment_preview", permission="invoices.change_invoice")
def adjustment_preview(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    form = AdjustForm(request.POST, instance=invoice_or_404(request, invoice_id))
    form.is_valid()
    return said_live(request, lambda: _facts(request, form))


def _facts(request: HttpRequest, form: AdjustForm) -> Facts:
    invoice, changes = form.instance, form.changes()
    before = ("Now", money(invoice.total_amount_cents, invoice.currency))
    if not any(value not in (None, "") for value in changes.values()) or "fee" not in form.cleaned_data:
        return [before]
    key = key_of(fee_on(invoice, UUID(form.cleaned_data["fee"])))
    with preview_adjustment(invoice=invoice, key=key, at=organization_of(request).now(), **changes) as shown:
        fee = next(fee for fee in shown.fees.all() if key_of(fee) == key)
        return [
            ("Fee", money(fee.amount_cents, fee.amount_currency)),
            before,
            ("Total then", money(shown.total_amount_cents, shown.currency)),
        ]


def _said(fee: Fee) -> str:
    price = unit_price(fee.precise_unit_amount, fee.amount_currency)
    group = "".join(f", {value}" for value in (fee.filter_display_name, *fee.grouped_by.values()) if value)
    amount = money(fee.amount_cents, fee.amount_currency)
    return f"{fee.display_name}{group}: {units(fee.units)} × {price} = {amount}"


ADJUST = Button(
    name="adjust", label="Adjust a fee", command=adjust, form=AdjustForm, icon="edit", allowed=can_be_adjusted
)
REMOVE_ADJUSTMENT = Button(
    name="remove_adjustment",
    label="Remove adjustment",
    command=remove,
    form=RemoveForm,
    icon="restart_alt",
    allowed=is_adjusted,
)
