"""Disputes of payments that were lost (I14)."""

from datetime import datetime

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotAllowed
from billing_site.kernel.locks import locked
from invoices.billing.bill import lock_customers
from invoices.models import Invoice, InvoiceStatus
from invoices.services.announcements import tell_of_lost_dispute
from invoices.services.dunning import forget_attempts

DISPUTABLE = (InvoiceStatus.FINALIZED, InvoiceStatus.VOIDED)


@command
def lose_dispute(*, invoice: Invoice, at: datetime) -> Invoice:
    """The customer's bank took the money back: the invoice is not overdue any more, nor will it be again (3-P6).

    The first loss counts. Raises ``NotAllowed``: ``not_disputable``, unless it is finalized or voided.
    """
    lock_customers([invoice.customer_id])
    (found,) = locked(Invoice.objects.filter(id=invoice.id))
    if found.status not in DISPUTABLE:
        raise NotAllowed("not_disputable")
    if found.payment_dispute_lost_at is None:
        found.change(at=at, payment_dispute_lost_at=at, payment_overdue=False)
        forget_attempts(invoices=[found])
        tell_of_lost_dispute(found, at=at)
    return found
