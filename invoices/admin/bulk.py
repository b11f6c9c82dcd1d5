"""Buttons of the list of invoices that do the same for many of them, and say before for how many."""

from typing import Any

from django import forms
from django.http import HttpRequest

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.display import money
from billing_site.kernel.admin.forms import CommandForm
from billing_site.kernel.admin.scope import organization_of
from invoices.models import Invoice
from invoices.services.bulk import (
    Extent,
    drafts_of,
    extent_of,
    queue_all_drafts,
    queue_unpaid_mails,
    unpaid_with_address,
)
from invoices.services.mail import resend_invoice


class AddressForm(CommandForm):
    to = forms.EmailField(label="To", required=False, help_text="Empty: the customer's own address.")


def send(request: HttpRequest, invoice: Invoice, values: dict[str, Any]) -> str:
    to = [values["to"]] if values["to"] else []
    resend_invoice(invoice=invoice, addresses={"to": to})
    if organization_of(request).sandbox:
        return "A sandbox sends nothing."
    return f"On its way to {values['to'] or invoice.customer.email}."


def this_is_finalized(request: HttpRequest, row: None) -> str:
    extent = extent_of(drafts_of(organization_of(request)))
    if not extent.invoices:
        return "There are no drafts, so this does nothing."
    return f"{said(extent)} are computed one last time, get their numbers, and cannot be changed any more."


def finalize_all(request: HttpRequest, row: None, values: dict[str, Any]) -> str:
    queue_all_drafts(organization=organization_of(request))
    return "The drafts are being finalized."


def this_is_sent(request: HttpRequest, row: None) -> str:
    extent = extent_of(unpaid_with_address(organization_of(request)))
    if not extent.invoices:
        return "There is no unpaid invoice whose customer has an address, so this does nothing."
    return f"{said(extent)} are sent to their customers again, each with its PDF."


def send_all(request: HttpRequest, row: None, values: dict[str, Any]) -> str:
    queue_unpaid_mails(organization=organization_of(request))
    return "A sandbox sends nothing." if organization_of(request).sandbox else "The invoices are on their way."


def said(extent: Extent) -> str:
    totals = ", ".join(money(cents, currency) for currency, cents in extent.totals.items())
    return f"{extent.invoices:,} invoice(s) of {extent.customers:,} customer(s) over {totals}"


def is_issued(invoice: Invoice) -> bool:
    return invoice.number != "" and not invoice.is_draft


SEND = Button(name="send", label="Send by e-mail", command=send, form=AddressForm, icon="mail", allowed=is_issued)
LIST_BUTTONS = (
    Button(
        name="finalize", label="Finalize all drafts", command=finalize_all, confirm=this_is_finalized, icon="done_all"
    ),
    Button(name="send", label="E-mail all unpaid", command=send_all, confirm=this_is_sent, icon="forward_to_inbox"),
)
