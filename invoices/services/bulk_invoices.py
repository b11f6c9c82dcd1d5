"""Finalizing, voiding, retrying and sending many invoices at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from billing_site.kernel.bulk import ActTogether, BulkCommand, Effect, register
from billing_site.kernel.errors import BillingError, NotAllowed
from customers.models import Organization
from invoices.billing.finalize import locked_drafts
from invoices.billing.redraft import redraft
from invoices.models import Invoice, InvoiceStatus
from invoices.queries import invoices_of
from invoices.services.invoice import retry_invoice
from invoices.services.mail import resend_invoice
from invoices.services.void import void_invoices
from usage.rollup import roll

Values = Mapping[str, Any]
Effects = Mapping[UUID, Effect | BillingError]


def finalize_together(invoices: Sequence[Invoice], values: Values, at: datetime) -> Effects:
    """Compute the drafts of them one last time, together."""
    drafts = locked_drafts([invoice.id for invoice in invoices])
    redraft(drafts, finalize=True, at=at)
    final = Invoice.objects.in_bulk([draft.id for draft in drafts])
    return {
        invoice.id: _finalized(final[invoice.id])
        if invoice.id in final
        else NotAllowed("not_a_draft", "Only drafts are finalized.")
        for invoice in invoices
    }


def void_together(invoices: Sequence[Invoice], values: Values, at: datetime) -> Effects:
    voided = {invoice.id for invoice in void_invoices(invoice_ids=[invoice.id for invoice in invoices], at=at)}
    return {
        invoice.id: _voided(invoice) if invoice.id in voided else NotAllowed("not_voidable") for invoice in invoices
    }


def send_together(invoices: Sequence[Invoice], values: Values, at: datetime) -> Effects:
    """One task for each, so that a mail server that fails delays only its own."""
    return {invoice.id: _sent(invoice) for invoice in invoices}


def retry_together(invoices: Sequence[Invoice], values: Values, at: datetime) -> Effects:
    return {invoice.id: _retried(invoice) for invoice in invoices}


def _finalized(invoice: Invoice) -> Effect:
    if invoice.status == InvoiceStatus.CLOSED:
        return Effect("Closed, as nothing is owed.", 0, invoice.currency)
    return Effect(
        f"Final, issued on {invoice.issuing_date} and due on {invoice.payment_due_date}.",
        invoice.total_amount_cents,
        invoice.currency,
    )


def _voided(invoice: Invoice) -> Effect:
    """``invoice`` as it was before."""
    used = {
        "coupons": invoice.coupons_amount_cents,
        "credit notes": invoice.credit_notes_amount_cents,
        "prepaid credits": invoice.prepaid_credit_amount_cents,
    }
    given_back = ", ".join(name for name, cents in used.items() if cents)
    paid = " What was paid stays paid." if invoice.total_paid_amount_cents else ""
    sentence = f"Nothing is due of it.{f' Given back: {given_back}.' if given_back else ''}{paid}"
    return Effect(sentence, -invoice.total_due_amount_cents, invoice.currency)


def _sent(invoice: Invoice) -> Effect | BillingError:
    try:
        resend_invoice(invoice=invoice, addresses={})
    except BillingError as refusal:
        is_draft = isinstance(refusal, NotAllowed)
        return refusal if is_draft else NotAllowed("no_address", "The customer has no e-mail address.")
    sandbox = " A sandbox sends nothing." if invoice.organization.sandbox else ""
    return Effect(f"Sent to {invoice.customer.email}.{sandbox}")


def _retried(invoice: Invoice) -> Effect | BillingError:
    try:
        retry_invoice(invoice=invoice)
    except BillingError:
        return NotAllowed("invalid_status", "Only invoices that failed are tried again.")
    return Effect("Made again.")


def _rows(organization: Organization) -> QuerySet[Invoice]:
    return invoices_of(organization).select_related("organization", "customer")


def _command(name: str, label: str, together: ActTogether, **more: Any) -> BulkCommand:
    """``together`` also serves the row that is left alone by a fault."""

    def act(invoice: Invoice, values: Values, at: datetime) -> Effect:
        effect = together([invoice], values, at)[invoice.id]
        if isinstance(effect, BillingError):
            raise effect
        return effect

    return register(BulkCommand(name=name, label=label, rows=_rows, act=act, act_together=together, **more))


FINALIZE = _command("finalize_invoices", "Finalize", finalize_together, prepare=roll)
VOID = _command("void_invoices", "Void", void_together)
SEND = _command("send_invoices", "Send by e-mail", send_together)
RETRY = _command("retry_invoices", "Retry", retry_together)
