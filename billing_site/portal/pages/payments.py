"""What was paid on an invoice, each payment with its receipt."""

from dataclasses import dataclass

from billing_site.kernel.formatting import format_date, format_money
from billing_site.portal.access import Visit
from billing_site.portal.queries import payments_on
from invoices.file_link import receipt_url
from invoices.models import Invoice, PaymentAllocation
from plans.periods import local_date


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """``amount`` is the part of the payment that went to this invoice; ``receipt_url`` opens the PDF."""

    date: str
    reference: str
    amount: str
    receipt_number: str
    receipt_url: str


def payment_rows(visit: Visit, invoice: Invoice) -> list[PaymentRow]:
    """Oldest first. One query."""
    return [_row(visit, invoice, allocation) for allocation in payments_on(invoice)]


def _row(visit: Visit, invoice: Invoice, allocation: PaymentAllocation) -> PaymentRow:
    payment, receipt = allocation.payment, allocation.payment.receipt
    return PaymentRow(
        date=format_date(local_date(payment.paid_at, visit.timezone), visit.locale, "medium"),
        reference=payment.reference,
        amount=format_money(allocation.amount_cents, invoice.currency, visit.locale),
        receipt_number=receipt.number,
        receipt_url=receipt_url(receipt),
    )
