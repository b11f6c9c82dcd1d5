"""Ask a customer to pay several overdue invoices at once (Y3)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from billing_site.kernel.commands import command
from billing_site.kernel.errors import NotAllowed, NotFound, ValidationFailed
from billing_site.kernel.locks import locked
from customers.models import Customer, Organization
from customers.queries import customers_of
from invoices.billing.bill import lock_customers
from invoices.models import Invoice, PaymentAllocation, PaymentRequest, PaymentStatus, RequestedInvoice
from invoices.services.announcements import tell_of_requests
from invoices.services.mail import queue_request


@command
def create_payment_request(
    *, organization: Organization, external_customer_id: str, invoice_ids: Sequence[UUID], email: str = "", at: datetime
) -> PaymentRequest:
    """One demand for what is due on ``invoice_ids``: 149.00 and 6.00 make 155.00 (3-P5).

    Raises ``NotFound`` (``customer``, ``invoice``), ``ValidationFailed`` without an address to write to, and
    ``NotAllowed`` unless all invoices are overdue, in one currency, of one billing entity, and not just being paid.
    """
    customer = customers_of(organization).filter(external_id=external_customer_id).first()
    if customer is None:
        raise NotFound("customer")
    lock_customers([customer.id])
    invoices = _requestable(customer, invoice_ids)
    payment_request = PaymentRequest.objects.create(
        organization=organization,
        customer=customer,
        email=_address(customer, email),
        amount_cents=sum(invoice.total_due_amount_cents for invoice in invoices),
        amount_currency=invoices[0].currency,
        created_at=at,
    )
    RequestedInvoice.objects.bulk_create(
        RequestedInvoice(payment_request=payment_request, invoice=each, amount_cents=each.total_due_amount_cents)
        for each in invoices
    )
    queue_request(payment_request=payment_request)
    tell_of_requests("payment_request.created", [payment_request.id], organization_id=organization.id, at=at)
    return payment_request


def _requestable(customer: Customer, invoice_ids: Sequence[UUID]) -> list[Invoice]:
    wanted = set(invoice_ids)
    invoices = locked(Invoice.objects.visible().filter(customer=customer, id__in=wanted))
    if len(invoices) < len(wanted) or not invoices:
        raise NotFound("invoice")
    if not all(invoice.payment_overdue and invoice.total_due_amount_cents for invoice in invoices):
        raise NotAllowed("invoices_not_overdue")
    if len({invoice.currency for invoice in invoices}) > 1:
        raise NotAllowed("invoices_have_different_currencies")
    if len({invoice.billing_entity_id for invoice in invoices}) > 1:
        raise NotAllowed("invoices_have_different_billing_entities")
    if _being_paid(invoices):
        raise NotAllowed("invoices_not_ready_for_payment_processing")
    return invoices


def _being_paid(invoices: Sequence[Invoice]) -> bool:
    """A provider has not said yet whether its payment succeeded."""
    return PaymentAllocation.objects.filter(
        invoice__in=[invoice.id for invoice in invoices], payment__payment_status=PaymentStatus.PENDING
    ).exists()


def _address(customer: Customer, given: str) -> str:
    email = given or customer.email
    if not email:
        raise ValidationFailed(email=["value_is_mandatory"])
    return email
