"""Record money that came in, and what it pays."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotAllowed, NotFound, ValidationFailed
from billing_site.kernel.locks import locked
from customers.models import Organization
from invoices.billing.bill import lock_customers
from invoices.billing.journal import post_payments
from invoices.models import (
    LONGEST_REFERENCE,
    PAYABLE,
    VISIBLE_STATUSES,
    Invoice,
    InvoiceStatus,
    Payment,
    PaymentAllocation,
    PaymentRequest,
)
from invoices.services.announcements import tell_of_payment
from invoices.services.payment_status import settle_what_is_paid
from invoices.services.receipt import issue_receipt, issue_receipts
from plans.periods import local_date

KNOWN = (*VISIBLE_STATUSES, InvoiceStatus.OPEN)


class Part(NamedTuple):
    """What one invoice gets of a payment."""

    invoice_id: UUID
    amount_cents: int


@command
def record_payment(
    *,
    organization: Organization,
    parts: Sequence[Part],
    reference: str,
    paid_at: datetime | None = None,
    payment_request: PaymentRequest | None = None,
    at: datetime,
) -> Payment:
    """One manual payment for one or several invoices of a customer, in one currency (3-P4).

    Of 100.00 owed, 20.00 leave the invoice pending and 80.00 more make it succeeded; what is more than due is kept as
    paid. Raises ``NotFound``, ``ValidationFailed`` and ``NotAllowed`` (``invalid_type_or_status`` for what cannot be
    paid). A day given in ``paid_at`` on which the books are closed is refused: ``period_is_closed``.
    """
    _check(parts, reference)
    invoices = _locked_invoices(organization, [part.invoice_id for part in parts])
    _refuse_closed(invoices, paid_at)
    payment = Payment.objects.create(
        organization=organization,
        customer=invoices[0].customer,
        payment_request=payment_request,
        amount_cents=sum(part.amount_cents for part in parts),
        amount_currency=invoices[0].currency,
        reference=reference,
        paid_at=paid_at or at,
        created_at=at,
    )
    allocate(payment, parts, at=at)
    book(payment, invoices, at=at)
    return payment


def allocate(payment: Payment, parts: Sequence[Part], *, at: datetime) -> None:
    """Say which invoices a payment is for; the parts add up to it."""
    PaymentAllocation.objects.bulk_create(
        PaymentAllocation(payment=payment, invoice_id=invoice_id, amount_cents=cents, created_at=at)
        for invoice_id, cents in parts
    )


def book(payment: Payment, invoices: Sequence[Invoice], *, at: datetime) -> None:
    """Put a payment that was made on its invoices, which the caller has locked, and give the receipt."""
    paid = dict(payment.allocations.values_list("invoice_id", "amount_cents"))
    for invoice in invoices:
        invoice.total_paid_amount_cents += paid[invoice.id]
        invoice.updated_at = at
    Invoice.objects.bulk_update(invoices, ["total_paid_amount_cents", "updated_at"])
    post_payments([payment.id], at=at)
    settle_what_is_paid(invoices, at=at)
    issue_receipt(payment, invoices[0], at=at)
    tell_of_payment("payment.succeeded", payment, at=at)


@command
def pay_invoices_of_paid_fees(*, invoice_ids: Sequence[UUID], at: datetime) -> list[Payment]:
    """The manual payments of new invoices over fees that were paid before (3-D13), which say already that they are.

    Three statements, besides receipts and those of who listens; nothing is paid for what costs nothing.
    """
    named = Invoice.objects.filter(id__in=invoice_ids, total_amount_cents__gt=0)
    invoices = list(named.select_related("customer").order_by("id"))
    payments = [_payment_of_fees(invoice, at) for invoice in invoices]
    Payment.objects.bulk_create(payments)
    PaymentAllocation.objects.bulk_create(
        PaymentAllocation(payment=payment, invoice=invoice, amount_cents=payment.amount_cents, created_at=at)
        for payment, invoice in zip(payments, invoices, strict=True)
    )
    post_payments([payment.id for payment in payments], at=at)
    issue_receipts(list(zip(payments, invoices, strict=True)), at=at)
    for payment in payments:
        tell_of_payment("payment.succeeded", payment, at=at)
    return payments


def _payment_of_fees(invoice: Invoice, at: datetime) -> Payment:
    return Payment(
        organization_id=invoice.organization_id,
        customer=invoice.customer,
        amount_cents=invoice.total_amount_cents,
        amount_currency=invoice.currency,
        reference=invoice.number[:LONGEST_REFERENCE],
        paid_at=at,
        created_at=at,
    )


def _refuse_closed(invoices: Sequence[Invoice], paid_at: datetime | None) -> None:
    days = [(each.billing_entity, local_date(paid_at, each.timezone)) for each in invoices] if paid_at else []
    if any(issuer.first_open_day(day) != day for issuer, day in days):
        raise ValidationFailed(paid_at=["period_is_closed"])


def _check(parts: Sequence[Part], reference: str) -> None:
    refusals: dict[str, list[str]] = {}
    if any(part.amount_cents <= 0 for part in parts):
        refusals["amount_cents"] = ["invalid_value"]
    if not reference.strip():
        refusals["reference"] = ["value_is_mandatory"]
    if len(reference) > LONGEST_REFERENCE:
        refusals["reference"] = ["value_is_too_long"]
    if max(Counter(part.invoice_id for part in parts).values(), default=0) > 1:
        refusals["invoices"] = ["value_is_duplicated"]
    if refusals:
        raise ValidationFailed(refusals)


def _locked_invoices(organization: Organization, invoice_ids: Sequence[UUID]) -> list[Invoice]:
    """Customer first, then invoices."""
    named = Invoice.objects.filter(organization=organization, id__in=invoice_ids)
    lock_customers(named.values_list("customer_id", flat=True))
    invoices = locked(named.select_related("billing_entity", "customer__billing_entity"))
    known = [invoice for invoice in invoices if invoice.status in KNOWN]
    if len(known) < len(invoice_ids) or not known:
        raise NotFound("invoice")
    if any(invoice.status not in PAYABLE for invoice in known):
        raise NotAllowed("invalid_type_or_status")
    if len({invoice.currency for invoice in known}) > 1:
        raise ValidationFailed(currency=["currencies_does_not_match"])
    if len({invoice.customer_id for invoice in known}) > 1:
        raise ValidationFailed(invoices=["value_is_invalid"])
    return known
