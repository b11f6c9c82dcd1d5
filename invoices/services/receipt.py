"""Receipts: one for every payment that was made (Y5)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from invoices.models import Invoice, Payment, PaymentReceipt
from invoices.services.announcements import tell_of_receipt
from invoices.services.mail import queue_receipts


def issue_receipt(payment: Payment, invoice: Invoice, *, at: datetime) -> PaymentReceipt:
    (receipt,) = issue_receipts([(payment, invoice)], at=at)
    return receipt


def issue_receipts(paid: Sequence[tuple[Payment, Invoice]], *, at: datetime) -> list[PaymentReceipt]:
    """The next ones of their customers, in the name of who issued the invoices: ``ACM-1F3C-001-RCPT-001``.

    Two statements, besides those of who listens. The caller has locked the customers, so numbers have no gaps.
    """
    last = _last_numbers([invoice for _, invoice in paid])
    receipts = []
    for payment, invoice in paid:
        last[invoice.customer_id] += 1
        receipts.append(_receipt(payment, invoice, last[invoice.customer_id], at))
    PaymentReceipt.objects.bulk_create(receipts)
    queue_receipts(receipts=receipts)
    for receipt in receipts:
        tell_of_receipt("payment_receipt.created", receipt, at=at)
    return receipts


def _last_numbers(invoices: Sequence[Invoice]) -> Counter[UUID]:
    numbered = PaymentReceipt.objects.filter(customer__in={invoice.customer_id for invoice in invoices})
    by_customer = numbered.order_by().values("customer").annotate(last=Max("sequential_id"))
    return Counter(dict(by_customer.values_list("customer", "last")))


def _receipt(payment: Payment, invoice: Invoice, number: int, at: datetime) -> PaymentReceipt:
    return PaymentReceipt(
        organization_id=payment.organization_id,
        billing_entity_id=invoice.billing_entity_id,
        customer=invoice.customer,
        payment=payment,
        number=f"{invoice.customer.slug}-RCPT-{number:03d}",
        sequential_id=number,
        created_at=at,
    )
