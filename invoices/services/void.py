"""Invoices that are taken back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotAllowed
from billing_site.kernel.locks import locked as locked_rows
from invoices.billing.bill import lock_customers
from invoices.billing.credit_notes.voids import VoidCredit, give_back_voided
from invoices.billing.credits.recredit import recredit_coupons, recredit_credit_notes
from invoices.billing.journal import post_voids
from invoices.models import Invoice, InvoiceStatus, InvoiceSubscription, InvoiceType
from invoices.services.announcements import tell_of_invoices
from invoices.services.collection_queue import queue_following
from invoices.services.credit_note import locked_invoice
from invoices.services.dunning import forget_attempts
from invoices.services.wallet.returning import take_back_credits
from invoices.services.wallet.settling import recredit_wallets


@command
def void_invoice(*, invoice: Invoice, at: datetime, credit: VoidCredit | None = None) -> Invoice:
    """Take back a final invoice, paid or not (3-P1): nothing is due of it, and its periods can be billed again.

    Coupons can be used again (3-K8). So can the prepaid credits and credit notes that paid it (3-W12), unless
    ``credit`` says what the customer keeps of the whole invoice instead (3-P2). What is left of prepaid credits that it
    sold leaves their wallet. Raises ``NotAllowed``
    (``not_voidable``) unless it is finalized, and what ``give_back_voided`` raises.
    """
    locked = locked_invoice(invoice)
    if locked.status != InvoiceStatus.FINALIZED:
        raise NotAllowed("not_voidable")
    if credit is not None:
        give_back_voided(locked, credit, at=at)
    _take_back([locked], gives_back=credit is None, at=at)
    return locked


@command
def void_invoices(*, invoice_ids: Sequence[UUID], at: datetime) -> list[Invoice]:
    """Take back those of ``invoice_ids`` that are final, all of one organization, and give back what paid them.

    Statements do not grow with their number, but for top-ups.
    """
    named = Invoice.objects.filter(id__in=invoice_ids)
    lock_customers(named.values_list("customer_id", flat=True))
    final = locked_rows(named.filter(status=InvoiceStatus.FINALIZED).select_related("customer__billing_entity"))
    if final:
        _take_back(final, gives_back=True, at=at)
    return final


def _take_back(invoices: Sequence[Invoice], *, gives_back: bool, at: datetime) -> None:
    overdue = [invoice for invoice in invoices if invoice.payment_overdue]
    if overdue:
        forget_attempts(invoices=overdue)
    for invoice in invoices:
        invoice.status, invoice.voided_at, invoice.updated_at = InvoiceStatus.VOIDED, at, at
        invoice.payment_overdue = invoice.ready_to_be_refreshed = False
    Invoice.objects.bulk_update(invoices, _VOIDED)
    InvoiceSubscription.objects.filter(invoice__in=invoices).update(is_current=False, updated_at=at)
    recredit_coupons(invoices, at=at)
    for invoice in invoices:
        if invoice.invoice_type == InvoiceType.CREDIT:
            take_back_credits(invoice, at=at)
    if gives_back:
        recredit_credit_notes(invoices, at=at)
        recredit_wallets(invoices=invoices, at=at)
    ids = [invoice.id for invoice in invoices]
    post_voids(invoices, replaced=() if gives_back else ids, at=at)
    queue_following(invoice_ids=ids)
    tell_of_invoices("invoice.voided", ids, organization_id=invoices[0].organization_id, at=at)


_VOIDED = ["status", "voided_at", "payment_overdue", "ready_to_be_refreshed", "updated_at"]
