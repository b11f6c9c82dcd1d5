"""Receipts: one for every payment that was made (Y5)."""

from datetime import datetime

from django.db.models import Max

from invoices.models import Invoice, Payment, PaymentReceipt
from invoices.services.announcements import tell_of_receipt


def issue_receipt(payment: Payment, invoice: Invoice, *, at: datetime) -> PaymentReceipt:
    """The next one of the customer, in the name of who issued ``invoice``: ``ACM-1F3C-001-RCPT-001``.

    The caller has locked the customer, so numbers have no gaps.
    """
    customer = invoice.customer
    last = PaymentReceipt.objects.filter(customer=customer).aggregate(last=Max("sequential_id"))["last"] or 0
    receipt = PaymentReceipt.objects.create(
        organization_id=payment.organization_id,
        billing_entity_id=invoice.billing_entity_id,
        customer=customer,
        payment=payment,
        number=f"{customer.slug}-RCPT-{last + 1:03d}",
        sequential_id=last + 1,
        created_at=at,
    )
    tell_of_receipt("payment_receipt.created", receipt, at=at)
    return receipt
