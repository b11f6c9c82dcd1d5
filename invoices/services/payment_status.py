"""What follows when invoices are paid, or turn out not to be."""

from collections.abc import Sequence
from datetime import datetime

from invoices.models import Invoice, PaymentRequest, PaymentStatus
from invoices.services.announcements import tell_of_requests
from invoices.services.dunning import forget_attempts
from invoices.signals import payment_status_changed


def settle_what_is_paid(invoices: Sequence[Invoice], *, at: datetime) -> None:
    """Those that are paid to the cent become succeeded (3-P4). The caller has locked them."""
    paid = [
        invoice
        for invoice in invoices
        if invoice.outstanding_amount_cents == 0 and invoice.payment_status != PaymentStatus.SUCCEEDED
    ]
    change_payment_status(paid, PaymentStatus.SUCCEEDED, at=at)


def change_payment_status(invoices: Sequence[Invoice], status: PaymentStatus, *, at: datetime) -> None:
    """A constant number of statements, besides those of who listens. The caller has locked the invoices.

    What is paid is not overdue any more and its customer's dunning begins anew (3-P6); a payment request is done with
    its last invoice.
    """
    if not invoices:
        return
    was_overdue = [invoice for invoice in invoices if invoice.payment_overdue]
    for invoice in invoices:
        invoice.payment_status = status
        invoice.payment_overdue = invoice.payment_overdue and status != PaymentStatus.SUCCEEDED
        invoice.updated_at = at
    Invoice.objects.bulk_update(invoices, ["payment_status", "payment_overdue", "updated_at"])
    payment_status_changed.send(Invoice, invoices=invoices, at=at)
    if status == PaymentStatus.SUCCEEDED:
        _finish_requests(invoices, at)
        forget_attempts(invoices=was_overdue)


def _finish_requests(invoices: Sequence[Invoice], at: datetime) -> None:
    touched = PaymentRequest.objects.filter(invoices__in=[invoice.id for invoice in invoices])
    unpaid = (PaymentStatus.PENDING, PaymentStatus.FAILED)
    open_requests = touched.filter(payment_status__in=unpaid).exclude(invoices__payment_status__in=unpaid)
    finished = list(open_requests.distinct().values_list("id", flat=True))
    PaymentRequest.objects.filter(id__in=finished).update(payment_status=PaymentStatus.SUCCEEDED, updated_at=at)
    tell_of_requests(
        "payment_request.payment_status_updated", finished, organization_id=invoices[0].organization_id, at=at
    )
