"""The button that makes a voided invoice again, and tells live what it comes to."""

from collections.abc import Mapping
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
from invoices.models import Fee, Invoice
from invoices.services.adjusted_fee import Changes
from invoices.services.regenerate import is_regenerable, preview_regeneration, regenerate_invoice

# A form with more lines is none; the others stay as they were.
MOST_FEES = 25


class RegenerateForm(CommandForm):
    """``instance`` is the voided invoice. What is left empty stays as it was."""

    def prepare(self) -> None:
        self.live = reverse("admin:regeneration_preview", args=[self.instance.pk])
        self.fees = list(self.instance.fees.order_by("created_at", "id")[:MOST_FEES])
        for fee in self.fees:
            self.fields[f"units_{fee.pk}"] = _number(f"{fee.display_name}: units", f"{units(fee.units)} were billed.")
            self.fields[f"price_{fee.pk}"] = _number(f"{fee.display_name}: unit price", _said_price(fee))

    def changes(self) -> Mapping[UUID, Changes]:
        """Of the fees with something written, of what passed the fields."""
        found: dict[UUID, Changes] = {}
        for fee in self.fees:
            own: Changes = {}
            if (counted := self.cleaned_data.get(f"units_{fee.pk}")) is not None:
                own["units"] = counted
            if (price := self.cleaned_data.get(f"price_{fee.pk}")) is not None:
                own["unit_precise_amount"] = price
            if own:
                found[fee.pk] = own
        return found

    def clean(self) -> dict[str, Any]:
        return {**(super().clean() or {}), "changes": self.changes()}


def regenerate(request: HttpRequest, invoice: Invoice, values: dict[str, Any]) -> str:
    made = regenerate_invoice(invoice=invoice, changes=values["changes"], at=organization_of(request).now())
    return f"Invoice {made.number} over {money(made.total_amount_cents, made.currency)} takes its place."


@page("invoices/<uuid:invoice_id>/again/", name="regeneration_preview", permission="invoices.change_invoice")
def regeneration_preview(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    form = RegenerateForm(request.POST, instance=invoice_or_404(request, invoice_id))
    form.is_valid()
    return said_live(request, lambda: _facts(request, form))


def _facts(request: HttpRequest, form: RegenerateForm) -> Facts:
    invoice, at = form.instance, organization_of(request).now()
    with preview_regeneration(invoice=invoice, changes=form.changes(), at=at) as shown:
        lines = [
            ("It was", invoice.total_amount_cents),
            ("Fees", shown.fees_amount_cents),
            ("Coupons", -shown.coupons_amount_cents),
            ("Tax", shown.taxes_amount_cents),
            ("Credit notes", -shown.credit_notes_amount_cents),
            ("Prepaid credits", -shown.prepaid_credit_amount_cents),
            ("Total", shown.total_amount_cents),
        ]
    return [(label, money(cents, invoice.currency)) for label, cents in lines if cents or label == "Total"]


def _number(label: str, help_text: str) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, min_value=0, help_text=help_text)


def _said_price(fee: Fee) -> str:
    return f"{unit_price(fee.precise_unit_amount, fee.amount_currency)} a unit."


REGENERATE = Button(
    name="regenerate",
    label="Make it again",
    command=regenerate,
    form=RegenerateForm,
    icon="autorenew",
    confirm="A new invoice is issued in its place. Fields that are left empty stay as they were billed.",
    allowed=is_regenerable,
)
