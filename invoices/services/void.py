"""Invoices that are taken back."""

from datetime import datetime

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotAllowed
from invoices.billing.credit_notes.voids import VoidCredit, give_back_voided
from invoices.billing.credits.recredit import recredit_coupons, recredit_credit_notes
from invoices.billing.journal import post_voids
from invoices.models import Invoice, InvoiceStatus, InvoiceSubscription
from invoices.services.announcements import tell_of_invoices
from invoices.services.credit_note import locked_invoice
from invoices.services.dunning import forget_attempts
from invoices.services.wallet.settling import recredit_wallets


@command
def void_invoice(*, invoice: Invoice, at: datetime, credit: VoidCredit | None = None) -> Invoice:
    """Take back a final invoice, paid or not (3-P1): nothing is due of it, and its periods can be billed again.

    Coupons can be used again (3-K8). So can the prepaid credits and credit notes that paid it (3-W12), unless
    ``credit`` says what the customer keeps of the whole invoice instead (3-P2). Raises ``NotAllowed``
    (``not_voidable``) unless it is finalized, and what ``give_back_voided`` raises.
    """
    locked = locked_invoice(invoice)
    if locked.status != InvoiceStatus.FINALIZED:
        raise NotAllowed("not_voidable")
    if credit is not None:
        give_back_voided(locked, credit, at=at)
    if locked.payment_overdue:
        forget_attempts(invoices=[locked])
    locked.change(at=at, status=InvoiceStatus.VOIDED, voided_at=at, payment_overdue=False, ready_to_be_refreshed=False)
    InvoiceSubscription.objects.filter(invoice=locked).update(is_current=False, updated_at=at)
    recredit_coupons([locked], at=at)
    if credit is None:
        recredit_credit_notes([locked], at=at)
        recredit_wallets(invoices=[locked], at=at)
    post_voids([locked], replaced=() if credit is None else [locked.id], at=at)
    tell_of_invoices("invoice.voided", [locked.id], organization_id=locked.organization_id, at=at)
    return locked
