"""Invoices and fees."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from customers.webhooks import announce, announce_final
from invoices.billing.drafts import InvoiceDraft
from invoices.models import Fee, Invoice, InvoiceStatus, InvoiceType
from invoices.queries import fees_for_wire, with_details
from invoices.wire.fee import fees_wire
from invoices.wire.invoice import InvoiceDetailsWire, invoice_details_wire

# Of an invoice that is issued.
ISSUED = {
    **dict.fromkeys(InvoiceType, "invoice.created"),
    InvoiceType.ONE_OFF: "invoice.one_off_created",
    InvoiceType.CREDIT: "invoice.paid_credit_added",
}


def tell_of_written_invoices(drafts: Sequence[InvoiceDraft], *, is_new: bool, at: datetime) -> None:
    """The fees of events, then new drafts and invoices that are issued (1.16); of closed invoices nothing is told."""
    if not drafts:
        return
    organization_id = drafts[0].customer.organization_id
    if is_new:
        in_advance = [fee.id for draft in drafts for fee in draft.fees if fee.event_transaction_id]
        tell_of_fees("fee.created", in_advance, organization_id=organization_id, at=at)
    told: dict[str, list[UUID]] = defaultdict(list)
    for draft in drafts:
        webhook_type = _webhook_type(draft, is_new)
        if webhook_type and draft.is_invoiced:
            told[webhook_type].append(draft.id)
    for webhook_type, ids in told.items():
        tell = announce_final if webhook_type in ISSUED.values() else tell_of_invoices
        tell(webhook_type, sorted(ids), organization_id=organization_id, at=at)


def tell_of_invoices(webhook_type: str, ids: Sequence[UUID], *, organization_id: UUID, at: datetime) -> None:
    if ids:
        announce(
            webhook_type,
            lambda: shown_invoices(dict.fromkeys(ids, at)).values(),
            organization_id=organization_id,
            at=at,
        )


def shown_invoices(told_at: Mapping[UUID, datetime]) -> dict[UUID, InvoiceDetailsWire]:
    """Each at its instant, in the order of their ids."""
    invoices = with_details(Invoice.objects.filter(id__in=told_at)).order_by("id")
    return {invoice.id: invoice_details_wire(invoice, at=told_at[invoice.id]) for invoice in invoices}


def tell_of_fees(webhook_type: str, ids: Sequence[UUID], *, organization_id: UUID, at: datetime) -> None:
    if ids:
        announce(
            webhook_type,
            lambda: fees_wire(fees_for_wire(Fee.objects.filter(id__in=ids)).order_by("id")),
            organization_id=organization_id,
            at=at,
        )


def _webhook_type(draft: InvoiceDraft, is_new: bool) -> str | None:
    if draft.status == InvoiceStatus.FINALIZED:
        return ISSUED[draft.invoice_type]
    return "invoice.drafted" if draft.status == InvoiceStatus.DRAFT and is_new else None


def tell_of_lost_dispute(invoice: Invoice, *, at: datetime) -> None:
    announce(
        "invoice.payment_dispute_lost",
        lambda: [
            {"invoice": invoice_details_wire(shown, at=at)}
            for shown in with_details(Invoice.objects.filter(id=invoice.id))
        ],
        organization_id=invoice.organization_id,
        at=at,
    )
