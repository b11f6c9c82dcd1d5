"""Buttons that give something of an invoice back or take it back, and what they say live while they are filled in."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from unfold.enums import ActionVariant

from billing_site.kernel.admin.buttons import Button
from billing_site.kernel.admin.display import money
from billing_site.kernel.admin.live import Facts, said_live
from billing_site.kernel.admin.pages import page
from billing_site.kernel.admin.scope import organization_of
from invoices.admin.chosen_invoice import invoice_or_404
from invoices.admin.crediting_forms import CreditNoteForm, VoidForm, split_of
from invoices.billing.credit_notes.drafts import Remarks
from invoices.billing.credit_notes.requested import Estimate, estimated
from invoices.billing.credit_notes.top_ups import top_up_of, unused_cents_of
from invoices.billing.credit_notes.voids import check_void_credit, whole_of
from invoices.models import Invoice, InvoiceStatus
from invoices.queries import given_back_by_void
from invoices.services.credit_note import create_credit_note
from invoices.services.void import void_invoice


def credit(request: HttpRequest, invoice: Invoice, values: dict[str, Any]) -> str:
    note = create_credit_note(
        invoice=invoice,
        items=values["items"],
        split=split_of(values["way"], estimated(invoice, values["items"])),
        remarks=Remarks(values["reason"], values["description"]),
        at=organization_of(request).now(),
    )
    return f"Credit note {note.number} over {money(note.total_amount_cents, note.currency)}."


def void(request: HttpRequest, invoice: Invoice, values: dict[str, Any]) -> str:
    void_invoice(invoice=invoice, at=organization_of(request).now(), credit=values["credit"])
    return f"Invoice {invoice.number} is void."


def is_final(invoice: Invoice) -> bool:
    return invoice.status == InvoiceStatus.FINALIZED


@page("invoices/<uuid:invoice_id>/credit-note/", name="credit_note_estimate", permission="invoices.change_invoice")
def credit_note_estimate(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    form = CreditNoteForm(request.POST, instance=invoice_or_404(request, invoice_id))
    form.is_valid()
    return said_live(request, lambda: _estimate_facts(estimated(form.instance, form.items())))


@page("invoices/<uuid:invoice_id>/void/", name="void_preview", permission="invoices.change_invoice")
def void_preview(request: HttpRequest, invoice_id: UUID) -> HttpResponse:
    form = VoidForm(request.POST, instance=invoice_or_404(request, invoice_id))
    form.is_valid()
    return said_live(request, lambda: _void_facts(form))


def _estimate_facts(estimate: Estimate) -> Facts:
    currency, amounts, most = estimate.invoice.currency, estimate.amounts, estimate.most
    lines = [
        ("Discounts taken along", -amounts.coupons_adjustment_amount_cents),
        ("Without tax", amounts.sub_total_excluding_taxes_amount_cents),
        ("Tax", amounts.taxes_amount_cents),
        ("Credit note", amounts.total_amount_cents),
        ("At most as refund", most.refund_amount_cents),
        ("At most off what is due", most.offset_amount_cents),
    ]
    return [(label, money(cents, currency)) for label, cents in lines if cents or label == "Credit note"]


def _void_facts(form: VoidForm) -> Facts:
    """What the customer gets back, and of what."""
    invoice, credit = form.instance, form.credit()
    back = given_back_by_void(invoice)
    lines = [("Coupons that can be used again", back.coupons_cents)]
    if top_up := top_up_of(invoice):
        lines.append(("Credits taken out of the wallet", unused_cents_of(top_up)))
    if credit is None:
        lines += [("Prepaid credits granted again", back.wallets_cents), ("Credit notes", back.credit_notes_cents)]
    else:
        whole = whole_of(invoice)
        check_void_credit(credit, whole)
        given_up = whole.amounts.total_amount_cents - credit.total
        lines += [("Credit", credit.credit_amount), ("Refund", credit.refund_amount), ("Given up", given_up)]
    facts = [(label, money(cents, invoice.currency)) for label, cents in lines if cents]
    return facts or [("Given back", money(0, invoice.currency))]


CREDIT = Button(name="credit", label="Credit note", command=credit, form=CreditNoteForm, icon="undo", allowed=is_final)
VOID = Button(
    name="void",
    label="Void",
    command=void,
    form=VoidForm,
    icon="block",
    confirm="Nothing is due of this invoice any more. It keeps its number, and cannot be brought back.",
    allowed=is_final,
    variant=ActionVariant.DANGER,
)
