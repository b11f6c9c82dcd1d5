"""Commands on fees that are on no invoice: how they were paid, and that they are not owed after all (U7, U8)."""

from datetime import datetime

from django.db import transaction

from billing_site.kernel.errors import NotAllowed
from invoices.models import Fee, FeePaymentStatus

_REACHED_AT = {
    FeePaymentStatus.SUCCEEDED: "succeeded_at",
    FeePaymentStatus.FAILED: "failed_at",
    FeePaymentStatus.REFUNDED: "refunded_at",
}


@transaction.atomic
def update_fee(*, fee: Fee, payment_status: str, at: datetime) -> Fee:
    """Record how a fee was paid, and when it came to that. Raises ``NotAllowed``: ``invoiced_fee``."""
    locked = _locked(fee)
    reached = _REACHED_AT.get(FeePaymentStatus(payment_status))
    if payment_status != locked.payment_status:
        locked.change(at=at, payment_status=payment_status, **({reached: at} if reached else {}))
    return locked


@transaction.atomic
def delete_fee(*, fee: Fee) -> None:
    """Nothing is owed for the event any more. Raises ``NotAllowed``: ``invoiced_fee``."""
    _locked(fee).delete()


def _locked(fee: Fee) -> Fee:
    locked = Fee.objects.select_for_update(of=("self",), no_key=True).get(id=fee.id)
    if locked.invoice_id is not None:
        raise NotAllowed("invoiced_fee")
    return locked
